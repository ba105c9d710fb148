import type { CustomerId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { lockPersons } from '../customers/merging/lock-persons.ts';
import { partPerson } from '../customers/merging/part-person.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { giveBack } from './give-back.ts';

/**
 * Takes merges back: a member leaves its person with everybody who had been merged into it before; of a person, everybody who was merged
 * into it leaves. Each has again what arrived under it, before and since. Answers the persons that there are now, the one that was
 * parted first. Refuses with NOT_FOUND and NOT_MERGED.
 */
export async function unmergeCustomer(scope: Scope, id: string): Promise<readonly CustomerId[]> {
  requireRight(scope.viewer, 'customers:merge');
  return atomically(scope, async (tx) => {
    const leaverIds = await leaversOf(tx, id);
    const persons = new Set<CustomerId>();
    for (const leaverId of leaverIds) {
      const parted = await partPerson(tx, leaverId);
      await giveBack(tx, parted);
      persons.add(parted.personId).add(parted.leaverId);
    }
    return [...persons];
  });
}

async function leaversOf(tx: TransactionScope, id: string): Promise<readonly string[]> {
  const personId = (await lockPersons(tx, [id])).get(id);
  if (!personId) throw new Refusal('NOT_FOUND', 'There is no customer with this id that you can see.', ['id']);
  if (personId !== id) return [id];
  const rows = await tx.db.sql<{ memberId: CustomerId }[]>`
    select member_id from person_links where person_id = ${id} and into_id is null order by linked_at desc, member_id`;
  if (rows.length === 0)
    throw new Refusal('NOT_MERGED', 'This customer is a person of its own: there is no merge to take back.', ['id']);
  return rows.map(({ memberId }) => memberId);
}
