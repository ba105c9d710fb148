import type { ConversationId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import { fulfils } from '../core/fulfils.ts';
import type { SignalValue } from '../core/routing-state.ts';
import { BUCKET_SIGNAL } from '../policies/trial.ts';
import { policiesInForce } from '../policies/policies-in-force.ts';
import { signalsIn } from '../signals/gather-signals.ts';
import { readKnown } from '../signals/read-known.ts';
import type { Promised } from './count-spells.ts';
import { readWaiting, type Waiting } from './read-waiting.ts';

/** What is promised in a conversation, by the policy that holds for it. */
export interface PromisedTo extends Promised {
  readonly waiting: Waiting;
}

type Values = Readonly<Record<string, SignalValue | null>>;

/** What is promised in each of these conversations, as far as they are there. What costs more to know is read only where a service level asks for it. */
export async function readPromised(
  scope: Scope,
  ids: readonly ConversationId[],
): Promise<ReadonlyMap<ConversationId, PromisedTo>> {
  const { policyFor, signalNames } = await policiesInForce(scope);
  const [conversations, more] = await Promise.all([
    readWaiting(scope, ids),
    signalNames.every((name) => NAMES_AT_HAND.has(name)) ? new Map<ConversationId, Values>() : readMore(scope, ids),
  ]);
  return new Map(
    [...conversations].map(([id, waiting]) => {
      const signals: Values = { ...more.get(id), ...waiting.signals };
      const { policy, version } = policyFor({ personId: waiting.personId, signals });
      const level = policy.serviceLevels.find(({ when }) =>
        when.every((condition) => fulfils(signals[condition.signal] ?? null, condition)),
      );
      const { firstAskedAt, status } = waiting;
      // The last level has no conditions.
      return [id, { waiting, level: level!, policyVersion: version, firstAskedAt, isResolved: status === 'resolved' }];
    }),
  );
}

const NAMES_AT_HAND: ReadonlySet<string> = new Set([
  ...['channel', 'priority', 'topic', 'language', 'issue_type', 'inbox', 'brand', 'market'],
  BUCKET_SIGNAL,
]);

async function readMore(scope: Scope, ids: readonly ConversationId[]): Promise<Map<ConversationId, Values>> {
  const known = await readKnown(scope, ids);
  return new Map(
    known.map((one) => {
      const values = Object.entries(signalsIn(one, scope.now)).map(([name, { value }]) => [name, value] as const);
      return [one.id, Object.fromEntries(values)];
    }),
  );
}
