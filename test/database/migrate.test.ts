import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, inject, test } from 'vitest';

import { checkMigrated, migrate } from '../../src/database/migrate.ts';
import { ensureDatabase } from '../../src/database/roles.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
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

test('a database without the tables is refused with the command to run', async () => {
  await expect(checkMigrated(database.sql)).resolves.toBeUndefined();
  const empty = singleConnection(superuserUrl(cluster));

  await expect(checkMigrated(empty)).rejects.toThrow('npm run migrate');

  await empty.end();
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

  test('reads and writes rows of every table, also of those that come later', async () => {
    const owner = singleConnection(database.ownerUrl);
    await owner`create table later (a int)`;
    await owner.end();

    await database.sql`insert into later values (1)`;

    expect(await database.sql`select a from later`).toEqual([{ a: 1 }]);
    expect(
      await database.sql`
      select table_schema || '.' || table_name as "table" from information_schema.tables
      where table_schema in ('public', 'pgboss')
        and exists (
          select from unnest(array['select', 'insert', 'update', 'delete']) as "right"
          where not has_table_privilege(format('%I.%I', table_schema, table_name), "right")
        )`,
    ).toEqual([]);
  });
});

async function exitCodeOf(url: string): Promise<number | null> {
  const child = fork(root('test/support/migrate-once.ts'), [url], { execArgv: ['--import', 'tsx'] });
  return await new Promise((resolve) => child.once('exit', resolve));
}
