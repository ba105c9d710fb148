import type { CustomerId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import { fulfils } from '../core/fulfils.ts';
import type { RoutingPolicy } from '../core/routing-policy.ts';
import type { SignalValue } from '../core/routing-state.ts';
import { policyOfVersion } from './known-policies.ts';
import type { ActivePolicy } from './read-active-policy.ts';
import { BUCKET_SIGNAL, bucketOf, conditionsOf } from './trial.ts';
import { versionsInForce } from './versions-in-force.ts';

/** Whom a policy is asked for. */
export interface Served {
  readonly personId: CustomerId;
  readonly signals: Readonly<Record<string, SignalValue | null>>;
}

/** The policies that hold at the scope's moment, for many. */
export interface PoliciesInForce {
  readonly policyFor: (served: Served) => ActivePolicy;
  /** Signals that say which of them holds for somebody, and which of its service levels. */
  readonly signalNames: readonly string[];
}

export async function policiesInForce(scope: Scope): Promise<PoliciesInForce> {
  const { version, trial } = await versionsInForce(scope);
  const all = { version, policy: await policyOfVersion(scope, version) };
  if (!trial) return { policyFor: () => all, signalNames: namesIn(all.policy) };
  const tried = { version: trial.version, policy: await policyOfVersion(scope, trial.version) };
  const conditions = conditionsOf(trial);
  return {
    policyFor: ({ personId, signals }) => {
      const known: Served['signals'] = { ...signals, [BUCKET_SIGNAL]: bucketOf(personId) };
      return conditions.every((condition) => fulfils(known[condition.signal] ?? null, condition)) ? tried : all;
    },
    signalNames: [...namesIn(all.policy), ...namesIn(tried.policy), ...conditions.map(({ signal }) => signal)],
  };
}

const namesIn = ({ serviceLevels }: RoutingPolicy): string[] =>
  serviceLevels.flatMap(({ when }) => when.map(({ signal }) => signal));
