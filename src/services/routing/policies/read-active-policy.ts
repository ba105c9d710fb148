import type { Scope } from '../../scope.ts';
import type { RoutingPolicy } from '../core/routing-policy.ts';
import { policyOfVersion } from './known-policies.ts';
import { withTrial } from './trial.ts';
import { versionsInForce, type VersionsInForce } from './versions-in-force.ts';

/** A policy as it is followed, with the version that records name. */
export interface ActivePolicy {
  readonly version: number;
  /** The same object as long as the same holds; a queue that a trial brought names its own version. */
  readonly policy: RoutingPolicy;
}

interface Followed extends ActivePolicy {
  readonly trialNumber: number | null;
}

const followed = new WeakMap<object, Followed>();

/** The policy that decisions of the scope's moment follow, a trial's customers included. One statement, once its versions are known to the process. */
export async function readActivePolicy(scope: Scope): Promise<ActivePolicy> {
  const inForce = await versionsInForce(scope);
  const before = followed.get(scope.db.committed);
  if (before?.version === inForce.version && before.trialNumber === (inForce.trial?.number ?? null)) return before;
  const next = await follow(scope, inForce);
  followed.set(scope.db.committed, next);
  return next;
}

async function follow(scope: Scope, { version, trial }: VersionsInForce): Promise<Followed> {
  const policy = await policyOfVersion(scope, version);
  if (!trial) return { version, policy, trialNumber: null };
  const tried = await policyOfVersion(scope, trial.version);
  return { version, policy: withTrial(policy, tried, trial), trialNumber: trial.number };
}
