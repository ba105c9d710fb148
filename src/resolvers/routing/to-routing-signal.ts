import type { RoutingSignal } from '../../schema/routing/routing-decision.ts';
import type { SignalValue } from '../../services/routing/core/routing-state.ts';

interface KeptSignal {
  readonly name: string;
  readonly value: SignalValue;
  readonly source: string;
  /** Milliseconds. */
  readonly at: number;
}

/** A signal as a record keeps it. */
export const toRoutingSignal = ({ name, value, source, at }: KeptSignal): RoutingSignal => ({
  ...{ name, source, at: new Date(at) },
  value: typeof value === 'object' ? [...value] : [String(value)],
});
