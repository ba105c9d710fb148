import { Refusal } from '../../../values/refusal.ts';
import type { TransactionScope } from '../../scope.ts';
import { type MergeProposal, proposalColumns } from './read-proposals.ts';

/** An open proposal, locked for a decision. Refuses with NOT_FOUND, and with CONFLICT when it was decided before. */
export async function lockProposal(tx: TransactionScope, id: string): Promise<MergeProposal> {
  const { sql } = tx.db;
  const [proposal] = await sql<MergeProposal[]>`
    select ${proposalColumns(sql)} from merge_proposals p where p.id = ${id} for update`;
  if (!proposal) throw new Refusal('NOT_FOUND', 'There is no proposal with this id.', ['id']);
  if (proposal.state !== 'open')
    throw new Refusal(
      'CONFLICT',
      `This proposal was ${proposal.state} before. A merge is taken back by customerUnmerge.`,
      ['id'],
    );
  return proposal;
}

export async function settleProposal(tx: TransactionScope, id: string, state: 'accepted' | 'rejected'): Promise<void> {
  await tx.db.sql`
    update merge_proposals set state = ${state}, decided_at = ${tx.now}, decided_by = ${tx.viewer.principal} where id = ${id}`;
}
