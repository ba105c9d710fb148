import { randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

import { knownMigrations, migrate } from '../database/migrate.ts';
import type { Sql } from '../database/open-database.ts';
import { singleConnection } from '../database/single-connection.ts';
import { CountedBytes } from './counted-bytes.ts';
import { attachmentsOf, readManifest, tableFile, type Manifest, type TableFile } from './manifest.ts';

const SLICES = 'journal_slices';

interface Options {
  /** The role that owns the tables. */
  readonly ownerUrl: string;
  /** The role of the application. Default: the one of an embedded database. */
  readonly applicationRole?: string;
  readonly attachmentsDir: string;
  /** The directory of the backup. */
  readonly directory: string;
  readonly onTable: (table: TableFile, done: number, total: number) => void;
  readonly log: (line: string) => void;
}

/**
 * Puts a backup into an empty database: the tables as they were then, all rows in one transaction, then the migrations since. The
 * database begins another life (its epoch is new), so that a cursor of the old one is refused and not answered with a gap.
 */
export async function restoreBackup(options: Options): Promise<Manifest> {
  const { ownerUrl, directory, log } = options;
  const manifest = await readManifest(directory);
  const known = new Set(knownMigrations().map(({ hash }) => hash));
  if (!manifest.migrations.every((hash) => known.has(hash)))
    throw new Error('This backup was made by a newer release of Punos. Restore it with that release.');
  const role = options.applicationRole === undefined ? {} : { applicationRole: options.applicationRole };
  await migrate(ownerUrl, { log: () => undefined, only: manifest.migrations, ...role });
  const connection = singleConnection(ownerUrl, 'punos restore');
  try {
    await connection.begin(async (sql) => {
      await sql`set local statement_timeout = 0`;
      await requireEmpty(sql);
      await fillTables(sql, manifest, options);
      await continueSequences(sql);
      await sql`update installation set epoch = ${randomUUID()}`;
    });
    await connection`analyze`;
  } finally {
    await connection.end({ timeout: 5 });
  }
  await migrate(ownerUrl, { log, ...role });
  if (existsSync(attachmentsOf(directory)))
    await cp(attachmentsOf(directory), options.attachmentsDir, { recursive: true, preserveTimestamps: true });
  return manifest;
}

/** Nothing is ever overwritten: a database that somebody has used is refused. */
async function requireEmpty(sql: Sql): Promise<void> {
  const [row] = await sql<{ isUsed: boolean }[]>`
    select exists (select from events) or exists (select from customers) or exists (select from api_keys) as "isUsed"`;
  if (row?.isUsed)
    throw new Error('This database is not empty. Restore into a new one: another DATA_DIR, or another database.');
}

async function fillTables(sql: Sql, manifest: Manifest, { directory, onTable }: Options): Promise<void> {
  // What migrations put there is in the backup too.
  await sql`truncate ${sql(manifest.tables.map(({ name }) => name))}`;
  const [slices, others] = [true, false].map((are) => manifest.tables.filter(({ name }) => (name === SLICES) === are));
  let done = 0;
  const fill = async (table: TableFile) => {
    await fillTable(sql, directory, table);
    onTable(table, (done += 1), manifest.tables.length);
  };
  for (const table of slices!) await fill(table);
  // The journal's rows need their partitions. A backup from before there were slices has none, and needs none.
  if (slices!.length > 0)
    await sql`select journal_make_partitions(slice) from journal_slices where to_regclass('public.events_' || slice) is null`;
  for (const table of others!) await fill(table);
}

async function fillTable(sql: Sql, directory: string, table: TableFile): Promise<void> {
  const counted = new CountedBytes();
  const into = await sql`copy ${sql(table.name)} (${sql(table.columns)}) from stdin`.writable();
  await pipeline(createReadStream(tableFile(directory, table.name)), createGunzip(), counted, into);
  if (counted.lines !== table.rows || counted.sha256() !== table.sha256)
    throw new Error(
      `The file of the table ${table.name} is damaged: it differs from what the manifest says. Nothing was restored.`,
    );
}

/** New rows get numbers behind the restored ones, new events a position in the newest slice. */
async function continueSequences(sql: Sql): Promise<void> {
  const columns = await sql<{ sequence: string; table: string; column: string }[]>`
    select pg_get_serial_sequence(quote_ident(c.relname), a.attname) as sequence, c.relname as table, a.attname as column
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attidentity <> ''`;
  for (const { sequence, table, column } of columns)
    await sql`select setval(${sequence}, (select coalesce(max(${sql(column)}), 0) + 1 from ${sql(table)}), false)`;
  const [found] = await sql<{ there: boolean }[]>`select to_regclass(${SLICES}) is not null as there`;
  if (!found?.there) return;
  await sql`
    select setval('journal_positions', greatest(
      (select coalesce(max(position), 0) + 1 from events),
      (select coalesce(max(slice), 0)::bigint << 32 from journal_slices where started_at is not null)), false)`;
}
