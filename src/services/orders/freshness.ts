import { type Freshness, freshnessOf } from '../events/freshness.ts';
import type { ReturnStep } from './fold-return.ts';
import type { Order, Return } from './order.ts';

/** By which clocks, and from whom, the status of an order came. */
export type StatusTold = Pick<
  Order,
  'statusOccurredAt' | 'statusReceivedAt' | 'statusRecordedAt' | 'statusSource' | 'statusSourceKind'
>;

/** How fresh the status of an order is. */
export function freshnessOfOrder(order: StatusTold): Freshness {
  const { statusSource: name, statusSourceKind: kind } = order;
  const { statusOccurredAt: occurredAt, statusReceivedAt: receivedAt, statusRecordedAt: recordedAt } = order;
  return freshnessOf({ occurredAt, receivedAt, recordedAt }, name === null || kind === null ? null : { kind, name });
}

/** How fresh one step of a return is. Steps are told with the facts of orders, whoever tells them. */
export const freshnessOfStep = (step: ReturnStep): Freshness =>
  freshnessOf(step, step.source === null ? null : { kind: 'orders', name: step.source });

/** How fresh the status of a return is: the step that brought it. */
export function freshnessOfReturn({ status, steps, statusOccurredAt, toldAt }: Return): Freshness {
  const step = steps.find((one) => one.status === status);
  if (step) return freshnessOfStep(step);
  // From before steps were kept.
  return freshnessOf({ occurredAt: statusOccurredAt, receivedAt: toldAt, recordedAt: toldAt }, null);
}
