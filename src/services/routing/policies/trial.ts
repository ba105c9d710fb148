import { createHash } from 'node:crypto';

import type { Condition, Queue, RoutingPolicy } from '../core/routing-policy.ts';
import type { Trial } from './versions-in-force.ts';

/** The signal by which the control group of a trial is told apart: whole numbers below 100, the same for a person for ever. */
export const BUCKET_SIGNAL = 'bucket';
const BUCKETS = 100;
/** Without a common divisor with 100, so that each trial has another control group. */
const [STRIDE, SHIFT] = [61, 37];

export const bucketOf = (personId: string): number =>
  createHash('sha256').update(personId).digest().readUInt32BE(0) % BUCKETS;

/** Which buckets a trial holds for. */
const bucketsOf = ({ version, controlPercent }: Trial): number[] =>
  Array.from({ length: BUCKETS }, (_, bucket) => bucket).filter(
    (bucket) => (bucket * STRIDE + version * SHIFT) % BUCKETS >= controlPercent,
  );

/** For whom a trial holds. */
export const conditionsOf = (trial: Trial): readonly Condition[] => [
  ...trial.segment,
  { signal: BUCKET_SIGNAL, is: bucketsOf(trial) },
];

/**
 * One policy that does for those of the trial what the trial says and for everybody else what holds for them: its queues come first, for the
 * trial's customers only. Agents are everybody's: capacity, weights of the score and the other terms stay those that hold for all.
 */
export function withTrial(policy: RoutingPolicy, tried: RoutingPolicy, trial: Trial): RoutingPolicy {
  const forThem = conditionsOf(trial);
  const names = new Set(policy.queues.map(({ name }) => name));
  const named = (name: string) => (names.has(name) ? `${name} (version ${trial.version})` : name);
  const queues = tried.queues.map((queue): Queue => ({
    ...queue,
    name: named(queue.name),
    when: [...forThem, ...queue.when],
    steps: queue.steps.map((step) => ({ ...step, overflowTo: step.overflowTo.map(named) })),
    policyVersion: trial.version,
  }));
  return { ...policy, queues: [...queues, ...policy.queues] };
}
