import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { migrate } from '../../src/database/migrate.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import type { BenchPostgres } from '../bench-postgres.ts';
import { seedStatements } from './statements.ts';

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));

/**
 * The name of a database with this many customers and everything around them: the same rows in every run. Made once and kept;
 * another size, another migration or another seed makes another one.
 */
export async function seededDatabase(
  postgres: BenchPostgres,
  customers: number,
  progress: (line: string) => void,
): Promise<string> {
  const name = `bench_${customers}_${fingerprint(customers)}`;
  const superuser = singleConnection(postgres.urlOf('postgres'), 'punos bench');
  try {
    if ((await superuser`select 1 from pg_database where datname = ${name}`).length > 0) {
      await readOnce(postgres.urlOf(name));
      return name;
    }
    const draft = `${name}_draft`;
    // What an older schema or a killed run left behind would only fill the disk.
    const left = await superuser<{ datname: string }[]>`
      select datname from pg_database where starts_with(datname, ${`bench_${customers}_`})`;
    for (const { datname } of left) await superuser`drop database ${superuser(datname)} with (force)`;
    await superuser`create database ${superuser(draft)}`;
    await migrate(postgres.urlOf(draft), { log: () => undefined, applicationRole: 'postgres' });
    await fill(postgres.urlOf(draft), customers, progress);
    await superuser`alter database ${superuser(draft)} rename to ${superuser(name)}`;
    return name;
  } finally {
    await superuser.end();
  }
}

/** A copy to write into, so that every run begins with the same rows. Drop it with `dropDatabase`. */
export async function copyDatabase(postgres: BenchPostgres, name: string, suffix: string): Promise<string> {
  const copy = `${name}_${suffix}`;
  const superuser = singleConnection(postgres.urlOf('postgres'), 'punos bench');
  try {
    await superuser`drop database if exists ${superuser(copy)} with (force)`;
    await superuser`create database ${superuser(copy)} template ${superuser(name)} strategy file_copy`;
    return copy;
  } finally {
    await superuser.end();
  }
}

export async function dropDatabase(postgres: BenchPostgres, name: string): Promise<void> {
  const superuser = singleConnection(postgres.urlOf('postgres'), 'punos bench');
  try {
    await superuser`drop database if exists ${superuser(name)} with (force)`;
  } finally {
    await superuser.end();
  }
}

const CHUNK_BYTES = 32 * 2 ** 20;

/** Brings a kept database into the memory of the machine: what a bench measures is not its disk on the first morning. */
async function readOnce(url: string): Promise<void> {
  const sql = singleConnection(url, 'punos bench');
  try {
    await sql`
      select sum(length(pg_read_binary_file(pg_relation_filepath(c.oid), chunk * ${CHUNK_BYTES}::bigint, ${CHUNK_BYTES}, true)))
      from pg_class c, generate_series(0, pg_relation_size(c.oid) / ${CHUNK_BYTES}::bigint) as chunk
      where c.relkind in ('r', 'i') and c.relnamespace = 'public'::regnamespace`;
  } finally {
    await sql.end();
  }
}

function fingerprint(customers: number): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(MIGRATIONS).filter((each) => each.endsWith('.sql')))
    hash.update(file).update(readFileSync(`${MIGRATIONS}/${file}`));
  for (const [what, statement] of seedStatements(customers)) hash.update(what).update(statement);
  return hash.digest('hex').slice(0, 10);
}

async function fill(url: string, customers: number, progress: (line: string) => void): Promise<void> {
  const sql = singleConnection(url, 'punos bench');
  const started = Date.now();
  try {
    // The rows fit together by construction; looking up each reference would take longer than writing them.
    await sql`set session_replication_role = replica`;
    await sql`set synchronous_commit = off`;
    await sql`set maintenance_work_mem = '256MB'`;
    for (const [what, statement] of seedStatements(customers)) {
      progress(`seeding ${customers} customers: ${what} …`);
      await sql.unsafe(statement);
    }
    await sql`vacuum (analyze, freeze)`;
    await sql`checkpoint`;
  } finally {
    await sql.end();
  }
  progress(`seeded in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
