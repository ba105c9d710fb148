import type { Sql } from './open-database.ts';

/** Owns the database and changes its tables; used by `npm run migrate` only. */
export const OWNER_ROLE = 'punos_owner';
/** Reads and writes rows; can neither make nor change a table. */
export const APPLICATION_ROLE = 'punos_app';

/** Makes the two roles of an embedded cluster, or renews their passwords. Needs a superuser. */
export async function ensureRoles(sql: Sql, passwords: { owner: string; application: string }): Promise<void> {
  await ensureRole(sql, OWNER_ROLE, passwords.owner);
  await ensureRole(sql, APPLICATION_ROLE, passwords.application);
}

/** Makes the database when it is missing, and lets nobody in but the two roles. Needs a superuser. */
export async function ensureDatabase(sql: Sql, database: string, template = 'template1'): Promise<void> {
  const [found] = await sql`select 1 from pg_database where datname = ${database}`;
  if (!found) await sql`create database ${sql(database)} owner ${sql(OWNER_ROLE)} template ${sql(template)}`;
  await sql`revoke all on database ${sql(database)} from public`;
  await sql`grant connect on database ${sql(database)} to ${sql(APPLICATION_ROLE)}`;
}

async function ensureRole(sql: Sql, role: string, password: string): Promise<void> {
  const [found] = await sql`select 1 from pg_roles where rolname = ${role}`;
  // DDL takes no parameters; the passwords are hexadecimal and made by us.
  if (!/^[0-9a-f]{32,}$/.test(password)) throw new Error('A password of the embedded database must be hexadecimal');
  const rights = 'login nosuperuser nocreatedb nocreaterole noreplication nobypassrls';
  await sql.unsafe(`${found ? 'alter' : 'create'} role ${role} with ${rights} password '${password}'`);
}
