import type { Sql } from '../../../database/open-database.ts';
import type { CustomerId, MergeProposalId } from '../../../values/ids.ts';
import { InvalidRequest } from '../../../values/invalid-request.ts';
import type { ProposalState } from '../../../values/merges.ts';
import { type Page, type PageRequest, pageOf } from '../../../values/page.ts';
import { requireRight } from '../../access/role-rights.ts';
import type { Scope } from '../../scope.ts';
import type { FieldEvidence } from '../matching/score-pair.ts';

/** Two persons that may be one. */
export interface MergeProposal {
  readonly id: MergeProposalId;
  readonly oneId: CustomerId;
  readonly otherId: CustomerId;
  readonly confidence: number;
  readonly evidence: readonly FieldEvidence[];
  readonly isContradicted: boolean;
  readonly state: ProposalState;
  readonly proposedAt: Date;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
}

export const proposalColumns = (sql: Sql) => sql`
  p.id, p.one_id, p.other_id, p.confidence, p.evidence, p.is_contradicted, p.state, p.proposed_at, p.decided_at, p.decided_by`;

/** Which proposals a list holds. Null or absent: any. */
export interface ProposalsFilter {
  readonly state?: ProposalState | null;
  /** 0 to 1, inclusive. */
  readonly confidenceAtLeast?: number | null;
  /** Those with this customer as one of the two. */
  readonly customerId?: string | null;
}

/** Proposals, the newest first. Open ones that a merge has settled meanwhile are left out. */
export async function listProposals(
  scope: Scope,
  { state, confidenceAtLeast, customerId }: ProposalsFilter,
  request: PageRequest,
): Promise<Page<MergeProposal>> {
  requireRight(scope.viewer, 'customers:merge');
  if (confidenceAtLeast != null && !(confidenceAtLeast >= 0 && confidenceAtLeast <= 1))
    throw new InvalidRequest('filter', '`confidenceAtLeast` is from 0 to 1.');
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<MergeProposal[]>`
    select ${proposalColumns(sql)}
    from merge_proposals p
    where (p.state <> 'open' or not exists (select 1 from person_links l where l.member_id in (p.one_id, p.other_id)))
      ${state == null ? sql`` : sql`and p.state = ${state}`}
      ${confidenceAtLeast == null ? sql`` : sql`and p.confidence >= ${confidenceAtLeast}`}
      ${customerId == null ? sql`` : sql`and (p.one_id = ${customerId} or p.other_id = ${customerId})`}
      ${after ? sql`and (p.proposed_at, p.id) < (${after.at}, ${after.id})` : sql``}
    order by p.proposed_at desc, p.id desc
    limit ${request.first + 1}`;
  return pageOf(rows, request, ({ proposedAt, id }) => ({ at: proposedAt, id }));
}

/** One of them, or null. */
export async function proposalById(scope: Scope, id: string): Promise<MergeProposal | null> {
  requireRight(scope.viewer, 'customers:merge');
  const { sql } = scope.db;
  const [row] = await sql<MergeProposal[]>`select ${proposalColumns(sql)} from merge_proposals p where p.id = ${id}`;
  return row ?? null;
}
