import { type Page, pageOf, type PageRequest } from '../../../values/page.ts';
import type { PolicyState } from '../../../values/routing-policies.ts';
import { requireRight } from '../../access/role-rights.ts';
import type { Scope } from '../../scope.ts';
import {
  type Activation,
  activationColumns,
  type PolicyRecord,
  SHIPPED_VERSION,
  shippedPolicy,
} from './policy-record.ts';
import { versionsInForce } from './versions-in-force.ts';

type Row = Omit<PolicyRecord, 'state'> & { readonly begun: boolean; readonly awaited: boolean };

const columns = ({ db: { sql }, now }: Scope) => sql`
  p.id, p.version, p.name, p.document, p.note, p.created_at, p.created_by,
  exists (
    select from routing_policy_activations a
    where a.version = p.version and a.cancelled_at is null and (a.begins_at <= ${now} or a.begins_at <= a.made_at)) as begun,
  exists (
    select from routing_policy_activations a
    where a.version = p.version and a.cancelled_at is null and a.begins_at > ${now} and a.begins_at > a.made_at) as awaited`;

/** Versions of the routing policy, the newest first; not the one that Punos brings. */
export async function listPolicies(scope: Scope, request: PageRequest): Promise<Page<PolicyRecord>> {
  requireRight(scope.viewer, 'policies:read');
  const { sql } = scope.db;
  const { after, first } = request;
  const rows = await sql<Row[]>`
    select ${columns(scope)} from routing_policies p
    where ${after ? sql`(p.created_at, p.id) < (${after.at}, ${after.id})` : sql`true`}
    order by p.created_at desc, p.id desc limit ${first + 1}`;
  return pageOf(await withStates(scope, rows), request, ({ createdAt, id }) => ({ at: createdAt!, id }));
}

/** Policies in the order asked; null: absent. */
export async function policiesByIds(scope: Scope, ids: readonly string[]): Promise<(PolicyRecord | null)[]> {
  requireRight(scope.viewer, 'policies:read');
  const { sql } = scope.db;
  const rows = await withStates(
    scope,
    await sql<Row[]>`select ${columns(scope)} from routing_policies p where p.id = any (${ids as string[]}::text[])`,
  );
  const byId = new Map<string, PolicyRecord>(rows.map((row) => [row.id, row]));
  const shipped = await shippedNow(scope);
  return ids.map((id) => byId.get(id) ?? (id === shipped.id ? shipped : null));
}

/** A version; null: there is none. Without a version: the one that holds for all. */
export async function policyByVersion(scope: Scope, version: number | null): Promise<PolicyRecord | null> {
  requireRight(scope.viewer, 'policies:read');
  const wanted = version ?? (await versionsInForce(scope)).version;
  if (wanted === SHIPPED_VERSION) return shippedNow(scope);
  const rows = await scope.db.sql<Row[]>`
    select ${columns(scope)} from routing_policies p where p.version = ${wanted}`;
  return (await withStates(scope, rows))[0] ?? null;
}

/** What was decided of versions, the last first, 100 at most of each. */
export function activationsOfVersions(scope: Scope, versions: readonly number[]): Promise<Activation[]> {
  requireRight(scope.viewer, 'policies:read');
  const { sql } = scope.db;
  return sql<Activation[]>`
    select a.* from unnest(${versions as number[]}::int[]) as asked(version)
    cross join lateral (
      select ${activationColumns(sql)} from routing_policy_activations a where a.version = asked.version
      order by a.number desc limit 100) a
    order by a.number desc`;
}

async function withStates(scope: Scope, rows: readonly Row[]): Promise<PolicyRecord[]> {
  if (rows.length === 0) return [];
  const inForce = await versionsInForce(scope);
  const stateOf = ({ version, begun, awaited }: Row): PolicyState => {
    if (version === inForce.version) return 'active';
    if (version === inForce.trial?.version) return 'trial';
    if (awaited) return 'scheduled';
    return begun ? 'retired' : 'draft';
  };
  return rows.map((row) => {
    const { begun: _begun, awaited: _awaited, ...policy } = row;
    return { ...policy, state: stateOf(row) };
  });
}

const shippedNow = async (scope: Scope): Promise<PolicyRecord> =>
  shippedPolicy((await versionsInForce(scope)).version === SHIPPED_VERSION ? 'active' : 'retired');
