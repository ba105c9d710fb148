import { isOpen } from '../../../values/business-hours.ts';
import { fulfils } from './fulfils.ts';
import type { ReceptionRule, RoutingPolicy } from './routing-policy.ts';
import type { Signal } from './routing-state.ts';

/** Who comes first, and what was looked at to say so. */
export interface Received {
  readonly rule: ReceptionRule;
  /** Signals that were looked at until the rule was found, and are known, by name. */
  readonly signalsUsed: readonly string[];
  /** Those among them that the rule itself asks about. */
  readonly reasons: readonly string[];
}

/** Whether a bot or a person comes first to somebody of whom this is known. Pure: the same policy, signals and moment give the same answer. */
export function receive(
  { reception }: Pick<RoutingPolicy, 'reception'>,
  signals: Readonly<Record<string, Signal>>,
  at: Date,
): Received {
  const used = new Set<string>();
  const valueOf = (name: string) => (Object.hasOwn(signals, name) ? signals[name]!.value : null);
  const rule = reception.find(({ when, during, outside }) => {
    if (during && !isOpen(during, at)) return false;
    if (outside && isOpen(outside, at)) return false;
    return when.every((condition) => {
      const value = valueOf(condition.signal);
      if (value !== null) used.add(condition.signal);
      return fulfils(value, condition);
    });
  });
  // The last rule has no conditions.
  const found = rule ?? reception.at(-1)!;
  const asked = new Set(found.when.map(({ signal }) => signal));
  return { rule: found, signalsUsed: [...used].sort(), reasons: [...used].filter((name) => asked.has(name)).sort() };
}
