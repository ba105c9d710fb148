import type { Sql } from '../../src/database/open-database.ts';

// What a refused act may leave: the refusal under its key.
const REFUSALS = new Set(['idempotency_keys']);

const tablesOf = async (sql: Sql) => {
  const rows = await sql<{ name: string }[]>`
    select tablename as name from pg_tables where schemaname = 'public' order by tablename`;
  return rows.map(({ name }) => name).filter((name) => !REFUSALS.has(name));
};

/** Each table’s content as a hash: two equal answers mean that nothing at all was written in between, the journal included. */
export async function tableDigests(sql: Sql): Promise<Record<string, string | null>> {
  const parts = (await tablesOf(sql)).map(
    (name) =>
      sql`select ${name} as name, (select md5(string_agg(t::text, E'\n' order by t::text)) from ${sql(name)} t) as digest`,
  );
  const rows = await sql<{ name: string; digest: string | null }[]>`
    ${parts.reduce((all, part) => sql`${all} union all ${part}`)}`;
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}

/** How many rows each table has. */
export async function tableCounts(sql: Sql): Promise<Record<string, number>> {
  const parts = (await tablesOf(sql)).map(
    (name) => sql`select ${name} as name, (select count(*)::int from ${sql(name)}) as count`,
  );
  const rows = await sql<{ name: string; count: number }[]>`
    ${parts.reduce((all, part) => sql`${all} union all ${part}`)}`;
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}
