import type { OrderStatus, PaymentStatus, ReturnStatus, ShipmentStatus } from '../../values/vocabulary.ts';

export interface StatusGrounds {
  readonly cancelled: boolean;
  readonly processed: boolean;
  readonly delivered: boolean;
  readonly lines: readonly { externalId: string; quantity: number }[];
  readonly shipments: readonly { status: ShipmentStatus; lineExternalIds: readonly string[] }[];
  readonly returns: readonly { status: ReturnStatus; lines: readonly { lineExternalId: string; quantity: number }[] }[];
}

const MOVING: ReadonlySet<ShipmentStatus> = new Set([
  'in_transit',
  'out_for_delivery',
  'attempt_failed',
  'exception',
  'returning',
  'ready_for_pickup',
  'delivered',
]);
const RETURN_UNDER_WAY: ReadonlySet<ReturnStatus> = new Set(['requested', 'approved', 'label_sent', 'in_transit']);
const RETURN_CAME_BACK: ReadonlySet<ReturnStatus> = new Set([
  'received',
  'inspected',
  'refunded',
  'exchanged',
  'closed',
]);

/**
 * What a reader sees of an order. The first line that holds decides:
 *
 * | status | holds when |
 * |---|---|
 * | cancelled | the source cancelled it; nothing undoes that |
 * | return_started | a return was asked for and is not back yet |
 * | returned | everything that was ordered came back |
 * | delivered | the source says so, or every line is in a parcel that was delivered |
 * | ready_for_pickup | every line is in a parcel that waits at a pickup point or was delivered, and one waits |
 * | in_transit | a carrier has a parcel, or had: something is delivered and something else is not |
 * | processed | the source says so, or a parcel exists |
 * | pending | otherwise |
 *
 * Parcels only ever add to what has arrived: a parcel that is announced late never takes `delivered` back.
 */
export function deriveOrderStatus(order: StatusGrounds): OrderStatus {
  if (order.cancelled) return 'cancelled';
  if (order.returns.some((one) => RETURN_UNDER_WAY.has(one.status))) return 'return_started';
  if (cameBackWhole(order)) return 'returned';
  const sent = order.shipments.filter((one) => one.status !== 'cancelled');
  if (order.delivered || covers(order, sent, ['delivered'])) return 'delivered';
  if (covers(order, sent, ['delivered', 'ready_for_pickup'])) return 'ready_for_pickup';
  if (sent.some((one) => MOVING.has(one.status))) return 'in_transit';
  return order.processed || sent.length > 0 ? 'processed' : 'pending';
}

/** True when every line is in a parcel of one of these statuses. A parcel that names no lines holds them all. */
function covers(order: StatusGrounds, sent: StatusGrounds['shipments'], statuses: readonly ShipmentStatus[]): boolean {
  const there = sent.filter((one) => statuses.includes(one.status));
  if (there.length === 0) return false;
  if (there.some((one) => one.lineExternalIds.length === 0)) return true;
  const lines = new Set(there.flatMap((one) => one.lineExternalIds));
  return order.lines.every((line) => lines.has(line.externalId));
}

/** True when the returns that are back hold every unit of every line. A return that names no lines holds them all. */
function cameBackWhole(order: StatusGrounds): boolean {
  const back = order.returns.filter((one) => RETURN_CAME_BACK.has(one.status));
  if (back.length === 0) return false;
  if (back.some((one) => one.lines.length === 0)) return true;
  const units = new Map<string, number>();
  for (const line of back.flatMap((one) => one.lines))
    units.set(line.lineExternalId, (units.get(line.lineExternalId) ?? 0) + line.quantity);
  return order.lines.every((line) => (units.get(line.externalId) ?? 0) >= line.quantity);
}

/** Where the money stands. Part payments are unpaid: the vocabulary has no word for them. */
export function derivePaymentStatus(
  totalMinor: number,
  payments: readonly { kind: 'payment' | 'refund'; amountMinor: number }[],
): PaymentStatus {
  const sum = (kind: 'payment' | 'refund') =>
    payments.filter((one) => one.kind === kind).reduce((total, one) => total + one.amountMinor, 0);
  const [paid, refunded] = [sum('payment'), sum('refund')];
  if (refunded > 0) return refunded >= paid ? 'refunded' : 'partially_refunded';
  return paid >= totalMinor ? 'paid' : 'unpaid';
}
