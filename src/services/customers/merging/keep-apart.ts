import type { Sql } from '../../../database/open-database.ts';
import type { CustomerId } from '../../../values/ids.ts';
import type { TransactionScope } from '../../scope.ts';
import { membersOf } from '../person-of.ts';

/** Two ids in the one order in which pairs are stored. */
export const inOrder = <T extends string>(a: T, b: T): readonly [T, T] => (a < b ? [a, b] : [b, a]);

/** Remembers that these are two persons: they are never proposed again and nothing merges them by itself. */
export async function keepApart(tx: TransactionScope, a: CustomerId, b: CustomerId): Promise<void> {
  const [one, other] = inOrder(a, b);
  await tx.db.sql`
    insert into kept_apart (one_id, other_id, decided_at, decided_by)
    values (${one}, ${other}, ${tx.now}, ${tx.viewer.principal})
    on conflict (one_id, other_id) do update set decided_at = excluded.decided_at, decided_by = excluded.decided_by`;
}

/** A condition: somebody who is the one person now was to be kept apart from somebody who is the other. */
export const areKeptApart = (sql: Sql, a: string, b: string) => sql`exists (
  select 1 from kept_apart k
  where (k.one_id in ${membersOf(sql, a)} and k.other_id in ${membersOf(sql, b)})
    or (k.one_id in ${membersOf(sql, b)} and k.other_id in ${membersOf(sql, a)}))`;

/** The same of two columns that hold persons: by the index of pairs, for each of their members. */
export const columnsKeptApart = (sql: Sql, one: string, other: string) => {
  const membersIn = (column: string) => sql`(
    select ${sql(column)} as id union all select member_id from person_links where person_id = ${sql(column)})`;
  return sql`exists (
    select 1 from ${membersIn(one)} as ours cross join ${membersIn(other)} as theirs
    join kept_apart k on k.one_id = least(ours.id, theirs.id) and k.other_id = greatest(ours.id, theirs.id))`;
};
