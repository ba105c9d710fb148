import { expect, test } from 'vitest';

import { withDatabase } from '../../support/with-database.ts';
import { EVERY_COLUMN } from './every-column.ts';

const { sql } = await withDatabase();

const columnsOf = async () => {
  const rows = await sql<{ table: string; columns: string[] }[]>`
    select c.relname as table, array_agg(a.attname::text order by a.attname) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and a.attnum > 0 and not a.attisdropped
    group by c.relname`;
  return new Map(rows.map(({ table, columns }) => [table, columns]));
};

test('every table says how it loses a person, or why there is nothing of one in it', async () => {
  const tables = [...(await columnsOf()).keys()].sort();

  expect(Object.keys(EVERY_COLUMN).sort()).toEqual(tables);
  expect(Object.entries(EVERY_COLUMN).filter(([, { by }]) => by === '')).toEqual([]);
});

test('so does every column of a table whose rows stay', async () => {
  const columns = await columnsOf();
  const declared = Object.entries(EVERY_COLUMN).flatMap(([table, { personal, others = [] }]) =>
    personal === 'the row goes' ? [] : [[table, [...personal, ...others].sort()] as const],
  );

  expect(Object.fromEntries(declared)).toEqual(
    Object.fromEntries(declared.map(([table]) => [table, columns.get(table)])),
  );
});

test('whatever names a customer is of a person, or says why not', async () => {
  const naming = [...(await columnsOf())].filter(([, columns]) =>
    columns.some((name) => /customer|member_id|person_id/.test(name)),
  );
  const stays = naming.map(([table]) => table).filter((table) => EVERY_COLUMN[table]!.personal !== 'the row goes');

  expect(stays.sort()).toEqual(['api_keys', 'erasures', 'legal_holds', 'orders', 'packet_watches', 'routing_tasks']);
});
