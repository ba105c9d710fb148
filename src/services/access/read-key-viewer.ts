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

/** A key as it is now. */
export interface LiveKey {
  readonly viewer: Viewer;
  /** Hashes of the secrets that open it: its own, and for a while the one before. */
  readonly secrets: readonly string[];
}

const columns = (sql: Sql) => sql`id, role, scopes, purposes, agent_id, partner_id, customer_id, expires_at`;
// The database's clock: every process agrees about it.
const isAlive = (sql: Sql) => sql`revoked_at is null and (expires_at is null or expires_at > now())`;
const secretsOf = (sql: Sql) =>
  sql`array_remove(array[encode(hash, 'hex'), case when earlier_until > now() then encode(earlier_hash, 'hex') end], null)`;

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

/** The viewers behind hashes of secrets, in one statement. Null: no such key, or it is revoked or expired, or the secret has ended; all answer alike. */
export async function readKeyViewersByHash(sql: Sql, hashes: readonly Buffer[]): Promise<(Viewer | null)[]> {
  const names = hashes.map((each) => each.toString('hex'));
  const asked = sql`(select decode(name, 'hex') from unnest(${names}::text[]) as name)`;
  const rows = await sql<(Row & { secret: string })[]>`
    select encode(hash, 'hex') as secret, ${columns(sql)} from api_keys where hash in ${asked} and ${isAlive(sql)}
    union all
    select encode(earlier_hash, 'hex'), ${columns(sql)} from api_keys
    where earlier_hash in ${asked} and earlier_until > now() and ${isAlive(sql)}`;
  const viewers = new Map(rows.map(({ secret, ...row }) => [secret, toViewer(row)]));
  return names.map((name) => viewers.get(name) ?? null);
}

export async function readKeyViewer(sql: Sql, hash: Buffer): Promise<Viewer | null> {
  const [viewer] = await readKeyViewersByHash(sql, [hash]);
  return viewer ?? null;
}

/** Keys as they are now, in one statement. A key that is missing in the answer is dead. */
export async function readLiveKeys(sql: Sql, ids: readonly string[]): Promise<Map<string, LiveKey>> {
  if (ids.length === 0) return new Map();
  const rows = await sql<(Row & { secrets: string[] })[]>`
    select ${columns(sql)}, ${secretsOf(sql)} as secrets from api_keys where id = any(${ids as string[]}::text[]) and ${isAlive(sql)}`;
  return new Map(rows.map(({ secrets, ...row }) => [row.id, { viewer: toViewer(row), secrets }]));
}

/** The viewers of keys as they are now. A key that is missing in the answer is dead. */
export async function readKeyViewers(sql: Sql, ids: readonly string[]): Promise<Map<string, Viewer>> {
  const keys = await readLiveKeys(sql, ids);
  return new Map([...keys].map(([id, { viewer }]) => [id, viewer]));
}
