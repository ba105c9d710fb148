import type { Scope } from '../../scope.ts';
import { DEFAULT_POLICY_DOCUMENT } from '../core/default-policy.ts';
import type { PolicyDocument } from '../core/policy-document.ts';
import { policyOf } from '../core/read-policy.ts';
import type { RoutingPolicy } from '../core/routing-policy.ts';
import { SHIPPED_VERSION } from './policy-record.ts';

/** What each database's versions say, as far as this process has read them. A version never changes. */
const known = new WeakMap<object, Map<number, RoutingPolicy>>();
const MOST_KNOWN = 50;
const SHIPPED = policyOf(DEFAULT_POLICY_DOCUMENT);

/** A version that is known to be there, as the core reads it. */
export async function policyOfVersion({ db }: Scope, version: number): Promise<RoutingPolicy> {
  if (version === SHIPPED_VERSION) return SHIPPED;
  const versions = known.get(db.committed) ?? new Map<number, RoutingPolicy>();
  known.set(db.committed, versions);
  const before = versions.get(version);
  if (before) return before;
  const policy = policyOf(JSON.parse(await documentOfVersion({ db }, version)) as PolicyDocument);
  if (versions.size >= MOST_KNOWN) versions.clear();
  versions.set(version, policy);
  return policy;
}

/** The JSON of a version that is known to be there. */
export async function documentOfVersion({ db }: Pick<Scope, 'db'>, version: number): Promise<string> {
  if (version === SHIPPED_VERSION) return JSON.stringify(DEFAULT_POLICY_DOCUMENT);
  const [row] = await db.sql<{ document: string }[]>`select document from routing_policies where version = ${version}`;
  return row!.document;
}
