import type { CustomerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { joinPersons } from '../customers/merging/join-persons.ts';
import { lockPersons } from '../customers/merging/lock-persons.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { joiningMembers, type JoiningMembers } from './preview-merge.ts';

export interface MergedCustomers {
  /** Who there was to join, before they were joined: `previewMerge` tells what of them. */
  readonly joined: readonly JoiningMembers[];
  /** The person that all of them are now. Null: it was only looked at. */
  readonly personId: CustomerId | null;
}

const MOST = 20;

/**
 * Makes several customers one person: the person of the first id goes on, with its profile. Rows stay under the ids that they arrived
 * under, so that `unmergeCustomer` gives each back what is theirs. With `dryRun` it says who would be joined, and changes nothing.
 * Refuses with INVALID_INPUT and NOT_FOUND.
 */
export async function mergeCustomers(
  scope: Scope,
  ids: readonly string[],
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<MergedCustomers> {
  requireRight(scope.viewer, 'customers:merge');
  const asked = [...new Set(ids)];
  if (asked.length < 2 || asked.length > MOST)
    throw new Refusal('INVALID_INPUT', `Name 2 to ${MOST} different customers.`, ['ids']);
  if (dryRun) return { joined: await joiningMembers(scope, asked), personId: null };
  return atomically(scope, async (tx) => {
    await lockPersons(tx, asked);
    const joined = await joiningMembers(tx, asked);
    const { personId } = await joinPersons(tx, asked, { reason: 'staff' });
    return { joined, personId };
  });
}
