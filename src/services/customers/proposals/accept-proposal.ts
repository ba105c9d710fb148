import type { CustomerId } from '../../../values/ids.ts';
import { requireRight } from '../../access/role-rights.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope } from '../../scope.ts';
import { joinPersons } from '../merging/join-persons.ts';
import { lockProposal, settleProposal } from './lock-proposal.ts';

/** Makes the two of a proposal one person: who arrived first goes on. Refuses with NOT_FOUND and CONFLICT. */
export async function acceptProposal(scope: Scope, id: string): Promise<CustomerId> {
  requireRight(scope.viewer, 'customers:merge');
  return atomically(scope, async (tx) => {
    const { oneId, otherId, confidence } = await lockProposal(tx, id);
    const { personId } = await joinPersons(tx, [oneId, otherId], { reason: 'proposal', confidence });
    await settleProposal(tx, id, 'accepted');
    return personId;
  });
}
