import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import type { Connector, ConnectorPoll } from './connector.ts';

type Row = Omit<Connector, 'poll'> & { [Name in keyof ConnectorPoll]: ConnectorPoll[Name] | null };

const rows = (sql: Scope['db']['sql']) => sql`
  select c.id, c.dialect, c.name, c.currency, c.secret_prefix, c.earlier_secret_until, c.created_at,
    p.url, p.carriers, p.every_seconds, p.next_at, p.asked_at, p.failures
  from connectors c left join polls p on p.connector_id = c.id`;

/** All connectors by name: as many as there are systems beside us. */
export async function listConnectors(scope: Scope): Promise<Connector[]> {
  requireRight(scope.viewer, 'connectors:write');
  const { sql } = scope.db;
  return (await sql<Row[]>`${rows(sql)} order by c.name`).map(toConnector);
}

/** One connector, or null. */
export async function connectorById(scope: Scope, id: string): Promise<Connector | null> {
  requireRight(scope.viewer, 'connectors:write');
  const { sql } = scope.db;
  const [row] = await sql<Row[]>`${rows(sql)} where c.id = ${id}`;
  return row ? toConnector(row) : null;
}

function toConnector({ url, carriers, everySeconds, nextAt, askedAt, failures, ...connector }: Row): Connector {
  if (url === null) return { ...connector, poll: null };
  const poll = { url, carriers: carriers!, everySeconds: everySeconds!, nextAt: nextAt!, askedAt, failures: failures! };
  return { ...connector, poll };
}
