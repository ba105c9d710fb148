import type { SourceKind } from '../../values/sources.ts';
import type { Order } from './order.ts';

/** How fresh what is known is: of when, from whom, and how long it took on its way. */
export interface Freshness {
  readonly asOf: Date;
  /** Null: it was not kept. */
  readonly source: { readonly kind: SourceKind; readonly name: string } | null;
  readonly sourceLagMs: number;
  readonly publishLagMs: number;
}

/** A clock that runs ahead of ours makes no lag below nothing. */
const lagMs = (from: Date, to: Date): number => Math.max(0, to.getTime() - from.getTime());

/** How fresh the status of an order is. */
export function freshnessOf(order: Order): Freshness {
  const { statusSource: name, statusSourceKind: kind } = order;
  return {
    asOf: order.statusOccurredAt,
    source: name === null || kind === null ? null : { kind, name },
    sourceLagMs: lagMs(order.statusOccurredAt, order.statusReceivedAt),
    publishLagMs: lagMs(order.statusReceivedAt, order.statusRecordedAt),
  };
}
