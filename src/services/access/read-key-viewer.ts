import type { Sql } from '../../database/open-database.ts';
import type { ApiKeyId, AgentId, CustomerId, PartnerId } from '../../values/ids.ts';
import type { Viewer } from '../../values/viewer.ts';
import type { Role } from '../../values/vocabulary.ts';
import { purposeSet, rightsServing } from './purposes.ts';
import { rightsOf } from './role-rights.ts';

interface Row {
  id: ApiKeyId;
  role: Role;
  scopes: string[];
  purposes: string[] | null;
  agentId: AgentId | null;
  partnerId: PartnerId | null;
  customerId: CustomerId | null;
  expiresAt: Date | null;
}

const columns = (sql: Sql) => sql`id, role, scopes, purposes, agent_id, partner_id, customer_id, expires_at`;
// The database's clock: every process agrees about it.
const isAlive = (sql: Sql) => sql`revoked_at is null and (expires_at is null or expires_at > now())`;

function toViewer(row: Row): Viewer {
  const purposes = purposeSet(row.role, row.purposes);
  return {
    principal: row.id,
    role: row.role,
    rights: rightsServing(rightsOf(row.role, row.scopes), purposes),
    purposes,
    agentId: row.agentId,
    partnerId: row.partnerId,
    customerId: row.customerId,
    expiresAt: row.expiresAt,
  };
}

/** The viewers behind hashes of keys, in one statement. Null: no such key, or it is revoked or expired; all answer alike. */
export async function readKeyViewersByHash(sql: Sql, hashes: readonly Buffer[]): Promise<(Viewer | null)[]> {
  const names = hashes.map((each) => each.toString('hex'));
  const rows = await sql<(Row & { hash: string })[]>`
    select encode(hash, 'hex') as hash, ${columns(sql)} from api_keys
    where hash in (select decode(name, 'hex') from unnest(${names}::text[]) as name) and ${isAlive(sql)}`;
  const viewers = new Map(rows.map(({ hash: name, ...row }) => [name, toViewer(row)]));
  return names.map((name) => viewers.get(name) ?? null);
}

export async function readKeyViewer(sql: Sql, hash: Buffer): Promise<Viewer | null> {
  const [viewer] = await readKeyViewersByHash(sql, [hash]);
  return viewer ?? null;
}

/** The viewers of keys as they are now, in one statement. A key that is missing in the answer is dead. */
export async function readKeyViewers(sql: Sql, ids: readonly string[]): Promise<Map<string, Viewer>> {
  if (ids.length === 0) return new Map();
  const rows = await sql<Row[]>`
    select ${columns(sql)} from api_keys where id = any(${ids as string[]}::text[]) and ${isAlive(sql)}`;
  return new Map(rows.map((row) => [row.id, toViewer(row)]));
}
