import type { MergeProposalId } from '../../../values/ids.ts';
import { requireRight } from '../../access/role-rights.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope } from '../../scope.ts';
import { keepApart } from '../merging/keep-apart.ts';
import { lockProposal, settleProposal } from './lock-proposal.ts';

/** Says that the two of a proposal are two persons: they are never proposed again. Refuses with NOT_FOUND and CONFLICT. */
export async function rejectProposal(scope: Scope, id: string): Promise<MergeProposalId> {
  requireRight(scope.viewer, 'customers:merge');
  return atomically(scope, async (tx) => {
    const proposal = await lockProposal(tx, id);
    await keepApart(tx, proposal.oneId, proposal.otherId);
    await settleProposal(tx, id, 'rejected');
    return proposal.id;
  });
}
