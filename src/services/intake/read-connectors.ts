import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import type { Connector } from './connector.ts';

const columns = (sql: Scope['db']['sql']) =>
  sql`id, dialect, name, currency, secret_prefix, earlier_secret_until, created_at`;

/** All connectors by name: as many as there are systems beside us. */
export async function listConnectors(scope: Scope): Promise<Connector[]> {
  requireRight(scope.viewer, 'connectors:write');
  const { sql } = scope.db;
  return sql<Connector[]>`select ${columns(sql)} from connectors order by name`;
}

/** One connector, or null. */
export async function connectorById(scope: Scope, id: string): Promise<Connector | null> {
  requireRight(scope.viewer, 'connectors:write');
  const { sql } = scope.db;
  const [row] = await sql<Connector[]>`select ${columns(sql)} from connectors where id = ${id}`;
  return row ?? null;
}
