import type { CustomerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { joinPersons } from '../customers/merging/join-persons.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { previewMerge, type MergePreview } from './preview-merge.ts';

export interface MergedCustomers {
  /** What was there to join, before it was joined. */
  readonly preview: MergePreview;
  /** The person that all of them are now. Null: it was only looked at. */
  readonly personId: CustomerId | null;
}

const MOST = 20;

/**
 * Makes several customers one person: the person of the first id goes on, with its profile. Rows stay under the ids that they arrived
 * under, so that `unmergeCustomer` gives each back what is theirs. With `dryRun` it says what would be joined and what contradicts, and
 * changes nothing. Refuses with INVALID_INPUT and NOT_FOUND.
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
  if (dryRun) return { preview: await previewMerge(scope, asked), personId: null };
  return atomically(scope, async (tx) => {
    const preview = await previewMerge(tx, asked);
    const { personId } = await joinPersons(tx, asked, { reason: 'staff' });
    return { preview, personId };
  });
}
