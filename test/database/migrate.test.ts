import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, inject, test } from 'vitest';

import { checkMigrated, migrate } from '../../src/database/migrate.ts';
import { ensureDatabase } from '../../src/database/roles.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { isId } from '../../src/values/ids.ts';
import { dumpSchema } from '../support/dump-schema.ts';
import { ownerUrl, superuserUrl } from '../support/test-cluster.ts';
import { withDatabase } from '../support/with-database.ts';

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const cluster = inject('cluster');
const database = await withDatabase();

interface Journal {
  entries: { idx: number; when: number; tag: string }[];
}

test('migrations stand in the order in which they were made, none is skipped', () => {
  const { entries } = JSON.parse(readFileSync(root('migrations/meta/_journal.json'), 'utf8')) as Journal;

  expect(entries.map((entry) => entry.idx)).toEqual(entries.map((_, index) => index));
  expect(entries.map((entry) => entry.when)).toEqual(
    [...new Set(entries.map((entry) => entry.when))].toSorted((a, b) => a - b),
  );
  expect(entries.map((entry) => entry.tag.slice(0, 4))).toEqual(
    entries.map((_, index) => String(index).padStart(4, '0')),
  );
});

test('each migration says first why it is there and what it locks', () => {
  const { entries } = JSON.parse(readFileSync(root('migrations/meta/_journal.json'), 'utf8')) as Journal;
  const silent = entries.filter(
    (entry) => !readFileSync(root(`migrations/${entry.tag}.sql`), 'utf8').startsWith('-- '),
  );

  expect(silent).toEqual([]);
});

test('no index is sorted in a way that "order by … desc" cannot use', () => {
  // Drizzle's desc() means NULLS LAST, which a plain descending order never matches; a plain index is read backwards.
  const { entries } = JSON.parse(readFileSync(root('migrations/meta/_journal.json'), 'utf8')) as Journal;
  const useless = entries.filter((entry) =>
    readFileSync(root(`migrations/${entry.tag}.sql`), 'utf8').includes('DESC NULLS LAST'),
  );

  expect(useless).toEqual([]);
});

test('the migrated database is the one under review', async () => {
  const sql = singleConnection(database.superuserUrl);
  const dump = await dumpSchema(sql);
  await sql.end();

  // Renewed with `npx vitest run test/database/migrate.test.ts -u` and read before it is committed.
  await expect(dump).toMatchFileSnapshot('schema.sql');
});

test('ten processes that migrate one database at once all succeed, and it is migrated once', async () => {
  const name = 'test_ten_at_once';
  const superuser = singleConnection(superuserUrl(cluster));
  await superuser.unsafe(`drop database if exists ${name} with (force)`);
  await ensureDatabase(superuser, name);
  const url = ownerUrl(cluster, name);

  const codes = await Promise.all(Array.from({ length: 10 }, () => exitCodeOf(url)));

  const owner = singleConnection(url);
  const [counts] = await owner`
    select (select count(*)::int from drizzle.__drizzle_migrations) as migrations,
           (select count(*)::int from installation) as installations`;
  await owner.end();
  await superuser.unsafe(`drop database ${name} with (force)`);
  await superuser.end();
  const { entries } = JSON.parse(readFileSync(root('migrations/meta/_journal.json'), 'utf8')) as Journal;
  expect(codes).toEqual(Array.from({ length: 10 }, () => 0));
  expect(counts).toEqual({ migrations: entries.length, installations: 1 });
});

test('migrating again changes nothing, neither tables nor the identity of the installation', async () => {
  const before = await database.sql`select epoch, secret from installation`;
  const lines: string[] = [];

  await migrate(database.ownerUrl, { log: (line) => lines.push(line) });

  expect(lines).toEqual(['The database is up to date.']);
  expect(await database.sql`select epoch, secret from installation`).toEqual(before);
});

test('X17: what stood before the three axes of an order came has them afterwards, and facts under review are in quarantine', async () => {
  const name = 'test_before_the_axes';
  const superuser = singleConnection(superuserUrl(cluster));
  await superuser.unsafe(`drop database if exists ${name} with (force)`);
  await ensureDatabase(superuser, name);
  const owner = singleConnection(ownerUrl(cluster, name));
  const { entries } = JSON.parse(readFileSync(root('migrations/meta/_journal.json'), 'utf8')) as Journal;
  const run = async (some: Journal['entries']) => {
    for (const { tag } of some) await owner.unsafe(readFileSync(root(`migrations/${tag}.sql`), 'utf8'));
  };
  await run(entries.filter(({ tag }) => tag < '0020'));
  const statuses = [
    'pending',
    'processed',
    'in_transit',
    'ready_for_pickup',
    'delivered',
    'return_started',
    'returned',
  ];
  await owner.unsafe(`
    insert into customers (id, created_at, updated_at) values ('cus_a', now(), now());
    insert into orders (id, number, customer_id, source, placed_at, currency, total_minor, status, status_occurred_at, status_received_at,
      status_recorded_at, payment_status, updated_at)
    select 'ord_' || status, status, 'cus_a', 'shop', now(), 'EUR', 1, status, now(), now(), now(), 'paid', now()
    from unnest(array['${[...statuses, 'cancelled'].join("','")}']) as status;
    insert into returns (id, order_id, external_id, status, requested_at, status_occurred_at, updated_at)
    values ('ret_a', 'ord_returned', 'r', 'received', now(), now(), '2026-11-01T00:00:00Z');
    insert into waiting_facts (source, source_event_id, waits_for, waits_for_id, body, occurred_at, received_at) values
      ('shop', 'e1', 'review', 'CURRENCY_MISMATCH', '{"type": "order", "order": {"number": null, "externalId": "81"},
        "fact": {"kind": "payment_recorded"}}', now(), now()),
      ('till', 'e3', 'review', 'INSUFFICIENT_STOCK', '{"type": "stock_move"}', now(), now()),
      ('shop', 'e2', 'order', '2', '{"type": "order"}', now(), now());
    insert into source_objects (source, kind, external_id, name) values ('shop', 'order', '81', '#81');
    insert into api_keys (id, name, prefix, created_by, hash, role, scopes, created_at) values
      ('key_a', 'a', 'a', 'a', 'a', 'agent', '{orders:read,conversations:write}', now()),
      ('key_b', 'b', 'b', 'b', 'b', 'bot', '{orders:read,conversations:write}', now()),
      ('key_i', 'i', 'i', 'i', 'i', 'integration', '{orders:read}', now()),
      ('key_s', 's', 's', 's', 's', 'supervisor', '{orders:read}', now());`);

  await run(entries.filter(({ tag }) => tag >= '0020'));

  const axes = await owner`select status, fulfilment_status, return_status from orders order by status`;
  // A process of the release before, which knows no axes, still takes orders in.
  await owner.unsafe(`
    insert into orders (id, number, customer_id, source, placed_at, currency, total_minor, status, status_occurred_at, status_received_at,
      status_recorded_at, payment_status, updated_at)
    values ('ord_late', 'late', 'cus_a', 'shop', now(), 'EUR', 1, 'in_transit', now(), now(), now(), 'paid', now());
    insert into order_versions (order_id, valid_from, status, payment_status) values ('ord_late', now(), 'in_transit', 'paid');
    insert into payments (id, order_id, external_id, kind, method, amount_minor, occurred_at)
    values ('pay_late', 'ord_late', 'p', 'payment', 'card', 1, now());
    insert into returns (id, order_id, external_id, status, requested_at, status_occurred_at, updated_at)
    values ('ret_late', 'ord_late', 'r', 'requested', now(), now(), now());
    update orders set status = 'return_started' where id = 'ord_late';`);
  const late = await owner`select fulfilment_status, return_status from orders where id = 'ord_late'
    union all select fulfilment_status, return_status from order_versions where order_id = 'ord_late'`;
  const held =
    await owner`select source_event_id, kind, reason, order_number, state, id from quarantined_facts order by source`;
  const waiting = await owner`select source_event_id from waiting_facts`;
  const scopes = await owner`select role, scopes from api_keys order by role`;
  const told = await owner`select told_at, steps, outcome from returns where id = 'ret_a'`;
  await owner.end();
  await superuser.unsafe(`drop database ${name} with (force)`);
  await superuser.end();
  expect(axes.map(valuesOf)).toEqual([
    ['cancelled', 'cancelled', 'none'],
    ['delivered', 'delivered', 'none'],
    ['in_transit', 'in_transit', 'none'],
    ['pending', 'unfulfilled', 'none'],
    ['processed', 'in_progress', 'none'],
    ['ready_for_pickup', 'ready_for_pickup', 'none'],
    ['return_started', 'delivered', 'started'],
    ['returned', 'delivered', 'returned'],
  ]);
  expect(late.map(valuesOf)).toEqual([
    ['delivered', 'started'],
    ['in_transit', 'none'],
  ]);
  expect(held.map(({ id: _, ...row }) => valuesOf(row))).toEqual([
    ['e1', 'payment_recorded', 'currency_changed', '#81', 'held'],
    ['e3', 'stock_move', 'insufficient_stock', null, 'held'],
  ]);
  expect(held.filter(({ id }) => !isId('quarantinedFact', String(id)))).toEqual([]);
  expect(waiting.map(valuesOf)).toEqual([['e2']]);
  expect(scopes.map(valuesOf)).toEqual([
    ['agent', ['orders:read', 'conversations:write', 'orders:change', 'pickups:write']],
    ['bot', ['orders:read', 'conversations:write', 'pickups:write']],
    ['integration', ['orders:read', 'quarantine:read']],
    ['supervisor', ['orders:read', 'quarantine:read', 'quarantine:write']],
  ]);
  expect(told.map(valuesOf)).toEqual([[new Date('2026-11-01T00:00:00Z'), [], 'refund']]);
});

test('a database without the tables is refused with the command to run', async () => {
  await expect(checkMigrated(database.sql)).resolves.toBeUndefined();
  const empty = singleConnection(superuserUrl(cluster));

  await expect(checkMigrated(empty)).rejects.toThrow('npm run migrate');

  await empty.end();
});

test('a role that owns no tables is told which one to name', async () => {
  await expect(migrate(database.applicationUrl, { log: () => undefined })).rejects.toThrow(
    /^The role \w+ may not make the tables \(permission denied for .+\)\. Set MIGRATION_DATABASE_URL to the role that owns them/,
  );
});

describe('the role of the application', () => {
  test.each([
    'create table intruder (a int)',
    'create temporary table intruder (a int)',
    'create schema intruder',
    'create table pgboss.intruder (a int)',
    'create index on orders (total_minor)',
    'create function intruder() returns int language sql as $$ select 1 $$',
    'create extension pg_trgm',
    'alter table orders add column intruder int',
    'alter table orders owner to punos_app',
    'drop table order_lines',
    'truncate order_lines',
    'create role intruder',
    'delete from drizzle.__drizzle_migrations',
    'alter role punos_app superuser',
    'set role punos_owner',
  ])('cannot %s', async (statement) => {
    await expect(database.sql.unsafe(statement)).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|42P01)$/),
    });
  });

  test('reads and writes rows of every table, also of those that come later; what is an audit it can only add to', async () => {
    const owner = singleConnection(database.ownerUrl);
    await owner`create table later (a int)`;
    await owner.end();

    await database.sql`insert into later values (1)`;

    expect(await database.sql`select a from later`).toEqual([{ a: 1 }]);
    expect(
      await database.sql`
      select table_schema || '.' || table_name as "table",
        array(select "right" from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) as "right"
          where has_table_privilege(format('%I.%I', table_schema, table_name), "right")) as rights
      from information_schema.tables
      where table_schema in ('public', 'pgboss')
        and exists (
          select from unnest(array['select', 'insert', 'update', 'delete']) as "right"
          where not has_table_privilege(format('%I.%I', table_schema, table_name), "right")
        )
      order by 1`,
    ).toEqual(
      ['access_changes', 'audit_entries', 'consent_rule_sets'].map((name) => ({
        table: `public.${name}`,
        rights: ['select', 'insert'],
      })),
    );
  });
});

const valuesOf = (row: object): unknown[] => Object.values(row);

async function exitCodeOf(url: string): Promise<number | null> {
  const child = fork(root('test/support/migrate-once.ts'), [url], {
    execArgv: ['--import', './scripts/typescript.mjs'],
  });
  return await new Promise((resolve) => child.once('exit', resolve));
}
