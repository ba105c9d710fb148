import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import { getConstructionPlans, getMigrationPlans } from 'pg-boss';
import postgres from 'postgres';
import type { Sql } from 'postgres';

import { grantRows } from './grants.ts';
import { APPLICATION_ROLE } from './roles.ts';

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));
/** Shared by every process that migrates this database; the drizzle migrator takes no lock itself. */
const LOCK = 7_304_202;
const JOBS_SCHEMA = 'pgboss';
const JOBS_VERSION = 40;

interface Options {
  log: (line: string) => void;
  /** Who gets the right to read and write rows. */
  applicationRole?: string;
}

/**
 * Brings a database to the tables of this release, as the role that owns them. Safe when several
 * processes do it at once: one works, the others wait and find nothing left to do.
 */
export async function migrate(ownerUrl: string, options: Options): Promise<void> {
  const sql = postgres(ownerUrl, {
    max: 1,
    onnotice: () => undefined,
    connection: { application_name: 'punos migrate' },
  });
  try {
    await sql`select pg_advisory_lock(${LOCK})`;
    const before = await appliedHashes(sql);
    await applyMigrations(drizzle(sql), { migrationsFolder: MIGRATIONS });
    await assertComplete(sql);
    await installJobTables(sql);
    await ensureInstallation(sql);
    await grantRows(sql, options.applicationRole ?? APPLICATION_ROLE, ['public', JOBS_SCHEMA]);
    const count = (await appliedHashes(sql)).length - before.length;
    options.log(
      count === 0 ? 'The database is up to date.' : `The database is up to date: ${count} migration(s) applied.`,
    );
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Throws with the command to run when the database lacks tables of this release. Needs no rights beyond reading. */
export async function checkMigrated(sql: Sql): Promise<void> {
  const applied = new Set(await appliedHashes(sql));
  const missing = readMigrationFiles({ migrationsFolder: MIGRATIONS }).filter(
    (migration) => !applied.has(migration.hash),
  );
  if (missing.length === 0 && (await jobsVersion(sql)) >= JOBS_VERSION) return;
  throw new Error(
    `The database lacks ${missing.length || 'job'} migration(s) of this release. ` +
      'Run `npm run migrate` with MIGRATION_DATABASE_URL set to the role that owns the tables, then start again.',
  );
}

/**
 * The drizzle migrator skips a migration that is older than the newest one applied, without a word:
 * a branch that was merged late. So what is there is compared with what should be.
 */
async function assertComplete(sql: Sql): Promise<void> {
  const applied = new Set(await appliedHashes(sql));
  const missing = readMigrationFiles({ migrationsFolder: MIGRATIONS }).filter(
    (migration) => !applied.has(migration.hash),
  );
  if (missing.length === 0) return;
  throw new Error(
    `${missing.length} migration(s) were not applied because newer ones were there before them. ` +
      'Generate them again with `npx drizzle-kit generate`, so that their time is the newest in migrations/meta/_journal.json.',
  );
}

async function appliedHashes(sql: Sql): Promise<string[]> {
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
