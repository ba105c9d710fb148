import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { readMigrationFiles } from 'drizzle-orm/migrator';
import { getConstructionPlans, getMigrationPlans } from 'pg-boss';
import postgres, { type Sql as Connection } from 'postgres';

import { grantRows } from './grants.ts';
import type { Sql } from './open-database.ts';
import { APPLICATION_ROLE } from './roles.ts';
import { singleConnection } from './single-connection.ts';

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));
/** Shared by every process that migrates this database; the drizzle migrator takes no lock itself. */
const LOCK = 7_304_202;
/** PostgreSQL's code for a right that the role lacks. */
const DENIED = '42501';
const JOBS_SCHEMA = 'pgboss';
const JOBS_VERSION = 40;

interface Options {
  log: (line: string) => void;
  /** Who gets the right to read and write rows. */
  applicationRole?: string;
  /** Applies these migrations alone, by hash: a backup goes into the tables it was taken from. Default: all. */
  only?: readonly string[];
}

/**
 * Brings a database to the tables of this release, as the role that owns them. Safe when several
 * processes do it at once: one works, the others wait and find nothing left to do. Throws with what to set where the role does not own them.
 */
export async function migrate(ownerUrl: string, options: Options): Promise<void> {
  const sql = singleConnection(ownerUrl, 'punos migrate');
  try {
    await sql`select pg_advisory_lock(${LOCK})`;
    const count = await applyMissing(sql, options.only);
    await installJobTables(sql);
    await makeQueues(sql);
    await ensureInstallation(sql);
    // At once: what the role must not change it can change at no moment.
    await sql.begin((tx) => grantRows(tx, options.applicationRole ?? APPLICATION_ROLE, ['public', JOBS_SCHEMA]));
    options.log(
      count === 0 ? 'The database is up to date.' : `The database is up to date: ${count} migration(s) applied.`,
    );
  } catch (error) {
    if (!(error instanceof postgres.PostgresError && error.code === DENIED)) throw error;
    const role = decodeURIComponent(new URL(ownerUrl).username);
    throw new Error(
      `The role ${role} may not make the tables (${error.message}). Set MIGRATION_DATABASE_URL to the role that owns them: docs/operations.md.`,
      { cause: error },
    );
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Throws with the command to run when the database lacks tables of this release. Needs no rights beyond reading. */
export async function checkMigrated(sql: Sql): Promise<void> {
  const missing = await missingMigrations(sql);
  if (missing.length === 0 && (await jobsVersion(sql)) >= JOBS_VERSION) return;
  throw new Error(
    `The database lacks ${missing.length || 'job'} migration(s) of this release. ` +
      'Run `npm run migrate` with MIGRATION_DATABASE_URL set to the role that owns the tables, then start again.',
  );
}

/**
 * Applies what is missing, each migration whole or not at all. What counts is what is in the database,
 * not its age: drizzle's own migrator silently skips a branch that was merged late.
 */
async function applyMissing(sql: Connection<{ bigint: number }>, only?: readonly string[]): Promise<number> {
  await sql`create schema if not exists drizzle`;
  await sql`create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`;
  const missing = (await missingMigrations(sql)).filter(({ hash }) => only?.includes(hash) ?? true);
  for (const migration of missing) {
    await sql.begin(async (tx) => {
      for (const statement of migration.sql) await tx.unsafe(statement);
      await tx`insert into drizzle.__drizzle_migrations (hash, created_at) values (${migration.hash}, ${migration.folderMillis})`;
    });
  }
  return missing.length;
}

async function missingMigrations(sql: Sql) {
  const applied = new Set(await appliedHashes(sql));
  return knownMigrations().filter((migration) => !applied.has(migration.hash));
}

/** The migrations that this release brings, oldest first. */
export const knownMigrations = () => readMigrationFiles({ migrationsFolder: MIGRATIONS });

/** Hashes of the migrations that a database has had. */
export async function appliedHashes(sql: Sql): Promise<string[]> {
  const [found] = await sql<
    { there: boolean }[]
  >`select to_regclass('drizzle.__drizzle_migrations') is not null as there`;
  if (!found?.there) return [];
  const rows = await sql<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations`;
  return rows.map((row) => row.hash);
}

/** pg-boss may not make its own tables at run time, because the application's role can make none. */
async function installJobTables(sql: Sql): Promise<void> {
  const version = await jobsVersion(sql);
  if (version >= JOBS_VERSION) return;
  await sql.unsafe(version === 0 ? getConstructionPlans(JOBS_SCHEMA) : getMigrationPlans(JOBS_SCHEMA, version));
}

/** Queues that services write to, so that they are there before any worker is. What is set here, live/jobs.ts brings up to date. */
async function makeQueues(sql: Sql): Promise<void> {
  const queues = [
    'deliver-messages',
    'check-attachments',
    'fetch-attachments',
    'remove-attachment-files',
    'poll-carriers',
    'deliver-webhooks',
    'complete-erasures',
  ];
  for (const queue of queues)
    await sql`select ${sql(JOBS_SCHEMA)}.create_queue(${queue}, '{"policy": "standard"}'::jsonb)`;
}

async function jobsVersion(sql: Sql): Promise<number> {
  const [found] = await sql<{ there: boolean }[]>`select to_regclass(${`${JOBS_SCHEMA}.version`}) is not null as there`;
  if (!found?.there) return 0;
  const [row] = await sql<{ version: number }[]>`select max(version) as version from ${sql(JOBS_SCHEMA)}.version`;
  return row?.version ?? 0;
}

/** The epoch and the secret are this database's own, made once. */
async function ensureInstallation(sql: Sql): Promise<void> {
  await sql`
    insert into installation (id, epoch, secret) values (1, ${randomUUID()}, ${randomBytes(32)})
    on conflict (id) do nothing`;
}
