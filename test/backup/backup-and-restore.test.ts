import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { readManifest } from '../../src/backup/manifest.ts';
import { restoreBackup } from '../../src/backup/restore-backup.ts';
import { writeBackup } from '../../src/backup/write-backup.ts';
import type { Sql } from '../../src/database/open-database.ts';
import { ensureDatabase } from '../../src/database/roles.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { loadDemoShop } from '../../src/demo/load-demo-shop.ts';
import { decodeCursor, encodeCursor, placeAt } from '../../src/services/events/cursor.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { readBatch, readSnapshot } from '../../src/services/events/read-events.ts';
import { addNote } from '../../src/services/conversations/add-note.ts';
import { aScope } from '../support/scopes.ts';
import { ownerUrl, superuserUrl } from '../support/test-cluster.ts';
import { withDatabase } from '../support/with-database.ts';

const cluster = inject('cluster');
const place = mkdtempSync(join(tmpdir(), 'punos-backup-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const source = await withDatabase();
const target = await withDatabase();
const directory = join(place, 'backup');

beforeAll(async () => {
  await loadDemoShop(source.database);
  mkdirSync(join(place, 'attachments', 'ab'), { recursive: true });
  writeFileSync(join(place, 'attachments', 'ab', 'cd'), 'a picture');
  await writeBackup(backupOf(source.applicationUrl, directory));
});

const backupOf = (databaseUrl: string, to: string) => ({
  databaseUrl,
  directory: to,
  attachmentsDir: join(place, 'attachments'),
  onTable: () => undefined,
});

const restoreOf = (url: string, from = directory) => ({
  ownerUrl: url,
  directory: from,
  attachmentsDir: join(place, 'restored-attachments'),
  onTable: () => undefined,
  log: () => undefined,
});

/** Everything in the tables but what belongs to the cluster or to the database's life. */
async function contents(sql: Sql): Promise<Record<string, string>> {
  const { tables } = await readManifest(directory);
  const digests: Record<string, string> = {};
  for (const { name, columns } of tables) {
    const own = columns.filter((column) => !(name === 'installation' && column === 'epoch'));
    const [row] = await sql<{ digest: string }[]>`
      select count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' order by md5(t::text))), '') as digest
      from (select ${sql(own)} from ${sql(name)}) t`;
    digests[name] = row!.digest;
  }
  return digests;
}

test('a backup restored into an empty database holds the same rows in every table, and the attachments', async () => {
  await restoreBackup(restoreOf(target.ownerUrl));

  const restored = await contents(target.sql);
  expect(restored).toEqual(await contents(source.sql));
  expect(restored['customers']).not.toMatch(/^0 /);
  expect(readFileSync(join(place, 'restored-attachments', 'ab', 'cd'), 'utf8')).toBe('a picture');
});

test('the restored database lives on: its events follow the old ones, and a reader from before is told to begin again', async () => {
  const before = await readInstallation(source.sql);
  const after = await readInstallation(target.sql);
  const cursor = encodeCursor(before, placeAt(await readSnapshot(source.database.journal)));
  const beginning = await readSnapshot(target.database.journal);
  const [last] = await target.sql<{ position: number }[]>`select max(position) as position from events`;
  const [conversation] = await target.sql<{ id: string }[]>`select id from conversations limit 1`;

  await addNote(aScope(target.database), conversation!.id, 'written after the restore');

  const { events } = await readBatch(target.database.journal, beginning);
  expect(events.map(({ type }) => type)).toEqual(['note.added']);
  expect(events[0]!.position).toBeGreaterThan(last!.position);
  expect(after.epoch).not.toBe(before.epoch);
  expect(after.secret).toEqual(before.secret);
  expect(decodeCursor(after, cursor)).toBe('other-epoch');
});

test('a database that is in use is not restored into', async () => {
  const was = await contents(target.sql);

  await expect(restoreBackup(restoreOf(target.ownerUrl))).rejects.toThrow('This database is not empty.');

  expect(await contents(target.sql)).toEqual(was);
});

test('a backup with a damaged file restores nothing', async () => {
  const damaged = join(place, 'damaged');
  await writeBackup(backupOf(source.applicationUrl, damaged));
  const manifest = await readManifest(damaged);
  const tables = manifest.tables.map((table) =>
    table.name === 'order_lines' ? { ...table, rows: table.rows - 1 } : table,
  );
  writeFileSync(join(damaged, 'manifest.json'), JSON.stringify({ ...manifest, tables }));
  const empty = await anEmptyDatabase();

  await expect(restoreBackup(restoreOf(empty.ownerUrl, damaged))).rejects.toThrow('order_lines is damaged');
  expect(await empty.count('customers')).toBe(0);

  truncateSync(join(damaged, 'tables', 'order_lines.copy.gz'), 100);
  await expect(restoreBackup(restoreOf(empty.ownerUrl, damaged))).rejects.toThrow();
  expect(await empty.count('customers')).toBe(0);
});

test('a backup of a newer release, a half-written one and a directory of something else are refused with a sentence', async () => {
  const newer = join(place, 'newer');
  mkdirSync(newer);
  const manifest = await readManifest(directory);
  writeFileSync(join(newer, 'manifest.json'), JSON.stringify({ ...manifest, migrations: ['unheard of'] }));
  const empty = await anEmptyDatabase();

  await expect(restoreBackup(restoreOf(empty.ownerUrl, newer))).rejects.toThrow('newer release');
  writeFileSync(join(newer, 'manifest.json'), '{"format":"punos-');
  await expect(restoreBackup(restoreOf(empty.ownerUrl, newer))).rejects.toThrow('no backup that this release can read');
  await expect(restoreBackup(restoreOf(empty.ownerUrl, place))).rejects.toThrow('there is no manifest.json');
});

test('a backup is never written over another one, and a failed one leaves nothing', async () => {
  await expect(writeBackup(backupOf(source.applicationUrl, directory))).rejects.toThrow('is there already');
  const nowhere = source.applicationUrl.replace(/[^/]+$/, 'nowhere');
  await expect(writeBackup(backupOf(nowhere, join(place, 'failed')))).rejects.toThrow();

  expect(readdirSync(place).filter((name) => name.startsWith('failed'))).toEqual([]);
});

/** Migrated and not used yet. */
async function anEmptyDatabase() {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const superuser = singleConnection(superuserUrl(cluster));
  await ensureDatabase(superuser, name, cluster.template);
  afterAll(async () => {
    await sql.end();
    await superuser`drop database ${superuser(name)} with (force)`;
    await superuser.end();
  });
  const sql = singleConnection(ownerUrl(cluster, name));
  return {
    ownerUrl: ownerUrl(cluster, name),
    async count(table: string): Promise<number> {
      const [row] = await sql<{ count: number }[]>`select count(*) as count from ${sql(table)}`;
      return row!.count;
    },
  };
}
