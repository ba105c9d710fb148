import type { FulfilmentOrderStatus, OrderStatus, PaymentStatus, ReturnStatus, ShipmentStatus } from './vocabulary.ts';

/**
 * Where an order stands, on three axes that move apart from each other: the goods, the money, and what comes back. What readers see
 * (`OrderStatus`) is derived from them and never set.
 */
export const FULFILMENT_STATUSES = [
  'unfulfilled',
  'in_progress',
  'in_transit',
  'ready_for_pickup',
  'partially_delivered',
  'delivered',
  'cancelled',
] as const;
export type FulfilmentStatus = (typeof FULFILMENT_STATUSES)[number];

/** All returns of an order together. */
export const ORDER_RETURN_STATUSES = ['none', 'started', 'partially_returned', 'returned'] as const;
export type OrderReturnStatus = (typeof ORDER_RETURN_STATUSES)[number];

/** To where each status goes next. Every status has its line; an empty one is an end. */
export type Transitions<S extends string> = Readonly<Record<S, readonly S[]>>;

export const FULFILMENT_TRANSITIONS: Transitions<FulfilmentStatus> = {
  unfulfilled: ['in_progress', 'cancelled'],
  in_progress: ['in_transit', 'ready_for_pickup', 'cancelled'],
  in_transit: ['ready_for_pickup', 'partially_delivered', 'delivered'],
  ready_for_pickup: ['partially_delivered', 'delivered'],
  partially_delivered: ['delivered'],
  delivered: [],
  cancelled: [],
};

export const PAYMENT_TRANSITIONS: Transitions<PaymentStatus> = {
  unpaid: ['partially_paid', 'paid'],
  partially_paid: ['paid', 'refund_pending', 'partially_refunded', 'refunded'],
  paid: ['refund_pending', 'partially_refunded', 'refunded'],
  refund_pending: ['partially_refunded', 'refunded'],
  partially_refunded: ['refund_pending', 'refunded'],
  refunded: [],
};

export const ORDER_RETURN_TRANSITIONS: Transitions<OrderReturnStatus> = {
  none: ['started'],
  // To none again: declined, or the customer changed their mind.
  started: ['none', 'partially_returned', 'returned'],
  partially_returned: ['started', 'returned'],
  returned: [],
};

/** Steps of one return. There is no way back: a source may skip steps, and a step that lies behind is history. */
export const RETURN_TRANSITIONS: Transitions<ReturnStatus> = {
  requested: ['approved', 'declined', 'cancelled'],
  approved: ['label_sent', 'in_transit', 'received', 'cancelled'],
  label_sent: ['in_transit', 'received', 'cancelled'],
  in_transit: ['received'],
  received: ['inspected', 'refunded', 'exchanged', 'closed'],
  inspected: ['refunded', 'exchanged', 'closed'],
  refunded: ['closed'],
  exchanged: ['closed'],
  declined: [],
  closed: [],
  cancelled: [],
};

/** Work at one place. What was held goes on. */
export const FULFILMENT_ORDER_TRANSITIONS: Transitions<FulfilmentOrderStatus> = {
  open: ['on_hold', 'in_progress', 'cancelled'],
  on_hold: ['open', 'in_progress', 'cancelled'],
  in_progress: ['on_hold', 'fulfilled', 'cancelled'],
  fulfilled: [],
  cancelled: [],
};

/** A parcel goes to and fro until it is handed over or given up. */
export const SHIPMENT_TRANSITIONS: Transitions<ShipmentStatus> = {
  label_created: ['in_transit', 'ready_for_pickup', 'cancelled'],
  in_transit: ['out_for_delivery', 'ready_for_pickup', 'delivered', 'exception', 'returning'],
  out_for_delivery: ['delivered', 'attempt_failed', 'exception'],
  attempt_failed: ['out_for_delivery', 'ready_for_pickup', 'returning', 'exception'],
  ready_for_pickup: ['delivered', 'returning'],
  exception: ['in_transit', 'out_for_delivery', 'returning', 'delivered'],
  returning: [],
  delivered: [],
  cancelled: [],
};

/** What readers may see next. */
export const ORDER_TRANSITIONS: Transitions<OrderStatus> = {
  pending: ['processed', 'cancelled'],
  processed: ['in_transit', 'ready_for_pickup', 'cancelled'],
  in_transit: ['ready_for_pickup', 'delivered'],
  ready_for_pickup: ['delivered'],
  delivered: ['return_started'],
  return_started: ['delivered', 'returned'],
  returned: [],
  cancelled: [],
};

/** True when one status lies ahead of another, however many steps are skipped. */
export function liesAhead<S extends string>(transitions: Transitions<S>, from: S, to: S): boolean {
  const seen = new Set<S>();
  const open: S[] = [...transitions[from]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === to) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...transitions[next]);
  }
  return false;
}
