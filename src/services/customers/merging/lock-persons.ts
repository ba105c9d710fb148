import type { CustomerId } from '../../../values/ids.ts';
import { StartOver } from '../../events/atomically.ts';
import type { TransactionScope } from '../../scope.ts';

/**
 * Locks the persons that these customers are now, in one order, and answers the person of each customer; who does not exist is
 * missing. While the locks are held nobody of them becomes another person.
 */
export async function lockPersons(tx: TransactionScope, ids: readonly string[]): Promise<Map<string, CustomerId>> {
  const { sql } = tx.db;
  const [locked, persons] = await Promise.all([
    sql<{ id: CustomerId }[]>`
      select id from customers where id in (
        select coalesce(l.person_id, asked.id)
        from unnest(${ids as string[]}::text[]) as asked(id) left join person_links l on l.member_id = asked.id)
      order by id for no key update`,
    // After the locks: whom a merge joined while we waited is found as what it is now.
    sql<{ id: string; personId: CustomerId }[]>`
      select c.id, coalesce(l.person_id, c.id) as person_id
      from customers c left join person_links l on l.member_id = c.id
      where c.id = any (${ids as string[]}::text[])`,
  ]);
  const isLocked = new Set(locked.map(({ id }) => id));
  if (!persons.every(({ personId }) => isLocked.has(personId))) throw new StartOver();
  return new Map(persons.map(({ id, personId }) => [id, personId]));
}
