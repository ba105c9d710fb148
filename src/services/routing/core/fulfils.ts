import type { Condition } from './routing-policy.ts';
import type { SignalValue } from './routing-state.ts';

/** Whether what a signal says meets a condition. Null: it is not known. */
export function fulfils(value: SignalValue | null, { is, isNot, atLeast, atMost, isKnown }: Condition): boolean {
  if (value === null) return isKnown === false;
  if (isKnown === false) return false;
  const values: readonly (string | number | boolean)[] = typeof value === 'object' ? value : [value];
  if (is && !values.some((one) => is.includes(one))) return false;
  if (isNot && values.some((one) => isNot.includes(one))) return false;
  if (atLeast === undefined && atMost === undefined) return true;
  return typeof value === 'number' && value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity);
}
