import type { Sql } from './open-database.ts';

/** The application adds to these and reads them: what is written there once, nobody who takes over a process can change. */
const APPEND_ONLY = ['audit_entries', 'access_changes', 'consent_rule_sets'];

/**
 * Lets a role read and write the rows of everything in the schemas, now and later, and nothing else:
 * it can neither make nor change a table, and cannot even look into the list of migrations' schema for writing.
 * Of what must stay as it was written it can change nothing. Run as the owner of the tables.
 */
export async function grantRows(sql: Sql, role: string, schemas: string[]): Promise<void> {
  const [names] = await sql<{ owner: string; known: boolean }[]>`
    select current_user as owner, exists (select from pg_roles where rolname = ${role}) as known`;
  if (!names?.known) {
    throw new Error(`The database has no role ${role}. Make it first: create role ${role} login password '…'.`);
  }
  // A database with one role for everything works, it only lacks the second lock on the door.
  if (names.owner === role) return;
  for (const schema of schemas) await grantSchema(sql, role, schema);
  // A backup goes into the tables of its own release, which may have none of these yet.
  const kept = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_name = any(${APPEND_ONLY}::text[])`;
  for (const { name } of kept) await sql`revoke update, delete on ${sql(`public.${name}`)} from ${sql(role)}`;
  await sql`grant usage on schema drizzle to ${sql(role)}`;
  await sql`grant select on all tables in schema drizzle to ${sql(role)}`;
}

async function grantSchema(sql: Sql, role: string, schema: string): Promise<void> {
  const [to, within] = [sql(role), sql(schema)];
  await sql`grant usage on schema ${within} to ${to}`;
  await sql`grant select, insert, update, delete on all tables in schema ${within} to ${to}`;
  await sql`grant usage, select on all sequences in schema ${within} to ${to}`;
  await sql`grant execute on all functions in schema ${within} to ${to}`;
  const later = sql`alter default privileges in schema ${within}`;
  await sql`${later} grant select, insert, update, delete on tables to ${to}`;
  await sql`${later} grant usage, select on sequences to ${to}`;
  await sql`${later} grant execute on functions to ${to}`;
}
