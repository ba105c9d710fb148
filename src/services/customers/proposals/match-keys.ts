import { hash } from 'node:crypto';

import type { Sql } from '../../../database/open-database.ts';
import type { CustomerId } from '../../../values/ids.ts';
import { BLOCKINGS } from '../matching/block-keys.ts';
import type { Comparable } from '../matching/comparable.ts';
import type { StoredPerson } from './person-records.ts';

/** Keys of one way beyond this are not kept: a person with a hundred addresses must not cost the square. */
const MOST_KEYS = 8;
/** Persons of one key who are all compared. More have nothing in common but a kiosk or a birthday of forms, and other keys bring them together. */
export const MOST_IN_BLOCK = 50;
/** Persons with whom one is compared. */
const MOST_MATES = 500;

/** A text as a whole number that JavaScript and PostgreSQL both hold exactly; it says nothing of the text. */
export const hashed = (text: string): number => Number.parseInt(hash('sha1', text, 'hex').slice(0, 13), 16);

/** Under which keys somebody is looked for. */
export const keysOf = (record: Comparable): number[] => [
  ...new Set(
    BLOCKINGS.flatMap(({ name, keys }) =>
      keys(record)
        .slice(0, MOST_KEYS)
        .map((key) => hashed(`${name}\0${key}`)),
    ),
  ),
];

/** Keeps the keys of these customers as they are now; who is no person of their own has none. */
export async function keepMatchKeys(
  sql: Sql,
  ids: readonly string[],
  persons: ReadonlyMap<CustomerId, StoredPerson>,
): Promise<void> {
  const rows = [...persons.values()].flatMap(({ id, whole }) => keysOf(whole).map((key) => ({ id, key })));
  await sql`
    with wanted as materialized (
      select id, key from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, key bigint)
    ), gone as (
      delete from match_keys m where m.customer_id = any (${ids as string[]}::text[])
        and not exists (select 1 from wanted w where w.id = m.customer_id and w.key = m.key)
    )
    insert into match_keys (customer_id, key) select id, key from wanted order by id, key on conflict do nothing`;
}

/** With whom each of these persons is worth comparing. */
export async function blockMates(sql: Sql, ids: readonly CustomerId[]): Promise<Map<CustomerId, CustomerId[]>> {
  const rows = await sql<{ id: CustomerId; mateIds: CustomerId[] }[]>`
    select asked.id, array(
      select distinct mate.id
      from match_keys own
      cross join lateral (
        select array(select m.customer_id from match_keys m where m.key = own.key limit ${MOST_IN_BLOCK + 1}) as ids
      ) as block
      cross join lateral unnest(block.ids) as mate(id)
      where own.customer_id = asked.id and cardinality(block.ids) <= ${MOST_IN_BLOCK} and mate.id <> asked.id
      order by mate.id limit ${MOST_MATES}
    ) as mate_ids
    from unnest(${ids as string[]}::text[]) as asked(id)`;
  return new Map(rows.map(({ id, mateIds }) => [id, mateIds]));
}
