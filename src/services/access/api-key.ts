import type { Sql } from '../../database/open-database.ts';
import type { Purpose } from '../../values/consents.ts';
import type { AgentId, ApiKeyId, CustomerId, PartnerId } from '../../values/ids.ts';
import { pageOf, type Page, type PageRequest } from '../../values/page.ts';
import type { Right } from '../../values/rights.ts';
import type { Role } from '../../values/vocabulary.ts';
import type { Scope } from '../scope.ts';
import { requireRight } from './role-rights.ts';

/** An API key as it may be shown: never its secret or hash. */
export interface ApiKeyRow {
  id: ApiKeyId;
  name: string;
  prefix: string;
  role: Role;
  scopes: Right[];
  purposes: Purpose[] | null;
  agentId: AgentId | null;
  partnerId: PartnerId | null;
  customerId: CustomerId | null;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** Null: no earlier secret works. */
  earlierUntil: Date | null;
  lastUsedAt: Date | null;
}

const columns = (sql: Sql) => sql`
  id, name, prefix, role, scopes, purposes, agent_id, partner_id, customer_id, created_by, created_at, expires_at, revoked_at,
  case when earlier_until > now() then earlier_until end as earlier_until, last_used_at`;

/** One key. Null: there is none, or the viewer may not see keys. */
export async function findApiKey(scope: Scope, id: string): Promise<ApiKeyRow | null> {
  if (!scope.viewer.rights.has('access:read')) return null;
  const [row] = await scope.db.sql<ApiKeyRow[]>`select ${columns(scope.db.sql)} from api_keys where id = ${id}`;
  return row ?? null;
}

/** All keys, also revoked ones, newest first. */
export async function listApiKeys(scope: Scope, request: PageRequest): Promise<Page<ApiKeyRow>> {
  requireRight(scope.viewer, 'access:read');
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<ApiKeyRow[]>`
    select ${columns(sql)} from api_keys
    where ${after ? sql`(created_at, id) < (${after.at}, ${after.id})` : sql`true`}
    order by created_at desc, id desc
    limit ${request.first + 1}`;
  return pageOf(rows, request, (row) => ({ at: row.createdAt, id: row.id }));
}
