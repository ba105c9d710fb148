import type { FulfilmentStatus, OrderReturnStatus } from '../../values/order-axes.ts';
import type {
  OrderStatus,
  PaymentState,
  PaymentStatus,
  ReturnStatus,
  ShipmentStatus,
} from '../../values/vocabulary.ts';

interface Parcel {
  readonly status: ShipmentStatus;
  readonly lineExternalIds: readonly string[];
}
interface OrderedLine {
  readonly externalId: string;
  readonly quantity: number;
}
interface ReturnOfLines {
  readonly status: ReturnStatus;
  readonly lines: readonly {
    readonly lineExternalId: string;
    readonly quantity: number;
    readonly receivedQuantity?: number | null;
  }[];
}
interface MovedMoney {
  readonly kind: 'payment' | 'refund';
  readonly amountMinor: number;
  readonly state: PaymentState;
}

export interface FulfilmentGrounds {
  readonly cancelled: boolean;
  readonly processed: boolean;
  readonly delivered: boolean;
  readonly lines: readonly OrderedLine[];
  readonly shipments: readonly Parcel[];
}

export interface StatusGrounds extends FulfilmentGrounds {
  readonly returns: readonly ReturnOfLines[];
}

const MOVING: ReadonlySet<ShipmentStatus> = new Set([
  'in_transit',
  'out_for_delivery',
  'attempt_failed',
  'exception',
  'returning',
  'ready_for_pickup',
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
 * Where the goods are. The first line that holds decides:
 *
 * | status | holds when |
 * |---|---|
 * | cancelled | the source cancelled it; nothing undoes that |
 * | delivered | the source says so, or every line is in a parcel that was delivered |
 * | ready_for_pickup | every line is in a parcel that waits at a pickup point or was delivered, and one waits |
 * | partially_delivered | a parcel was delivered, and something else is on its way or not sent |
 * | in_transit | a carrier has a parcel |
 * | in_progress | the source says so, or a parcel exists |
 * | unfulfilled | otherwise |
 *
 * Parcels only ever add to what has arrived: a parcel that is announced late never takes `delivered` back.
 */
export function deriveFulfilmentStatus(order: FulfilmentGrounds): FulfilmentStatus {
  if (order.cancelled) return 'cancelled';
  const sent = order.shipments.filter((one) => one.status !== 'cancelled');
  if (order.delivered || covers(order, sent, ['delivered'])) return 'delivered';
  if (covers(order, sent, ['delivered', 'ready_for_pickup'])) return 'ready_for_pickup';
  if (sent.some((one) => one.status === 'delivered')) return 'partially_delivered';
  if (sent.some((one) => MOVING.has(one.status))) return 'in_transit';
  return order.processed || sent.length > 0 ? 'in_progress' : 'unfulfilled';
}

/** What comes back, all returns together: one under way weighs more than what is back already. */
export function deriveReturnStatus({ lines, returns }: Pick<StatusGrounds, 'lines' | 'returns'>): OrderReturnStatus {
  if (returns.some((one) => RETURN_UNDER_WAY.has(one.status))) return 'started';
  const back = returns.filter((one) => RETURN_CAME_BACK.has(one.status));
  if (back.length === 0) return 'none';
  return holdWhole(lines, back) ? 'returned' : 'partially_returned';
}

const AS_SEEN: Readonly<Record<FulfilmentStatus, OrderStatus>> = {
  unfulfilled: 'pending',
  in_progress: 'processed',
  in_transit: 'in_transit',
  ready_for_pickup: 'ready_for_pickup',
  partially_delivered: 'in_transit',
  delivered: 'delivered',
  cancelled: 'cancelled',
};

/** What a reader sees of an order: a cancelled one is cancelled, then what comes back counts, then where the goods are. */
export function displayStatus(fulfilment: FulfilmentStatus, returned: OrderReturnStatus): OrderStatus {
  if (fulfilment === 'cancelled') return 'cancelled';
  if (returned === 'started') return 'return_started';
  return returned === 'returned' ? 'returned' : AS_SEEN[fulfilment];
}

/** True when every line is in a parcel of one of these statuses. A parcel that names no lines holds them all. */
function covers(
  order: FulfilmentGrounds,
  sent: FulfilmentGrounds['shipments'],
  statuses: readonly ShipmentStatus[],
): boolean {
  const there = sent.filter((one) => statuses.includes(one.status));
  if (there.length === 0) return false;
  if (there.some((one) => one.lineExternalIds.length === 0)) return true;
  const lines = new Set(there.flatMap((one) => one.lineExternalIds));
  return order.lines.every((line) => lines.has(line.externalId));
}

/** True when these returns hold every unit of every line. A return that names no lines holds them all. */
function holdWhole(lines: readonly OrderedLine[], back: readonly ReturnOfLines[]): boolean {
  if (back.some((one) => one.lines.length === 0)) return true;
  const units = new Map<string, number>();
  for (const { lineExternalId, quantity, receivedQuantity } of back.flatMap((one) => one.lines))
    units.set(lineExternalId, (units.get(lineExternalId) ?? 0) + (receivedQuantity ?? quantity));
  return lines.every((line) => (units.get(line.externalId) ?? 0) >= line.quantity);
}

/** Where the money stands. A refund that is promised counts as pending until it has moved. */
export function derivePaymentStatus(totalMinor: number, moves: readonly MovedMoney[]): PaymentStatus {
  const sum = (kind: MovedMoney['kind'], state: PaymentState) =>
    moves.filter((one) => one.kind === kind && one.state === state).reduce((total, one) => total + one.amountMinor, 0);
  const [paid, refunded] = [sum('payment', 'done'), sum('refund', 'done')];
  if (sum('refund', 'pending') > 0) return 'refund_pending';
  if (refunded > 0) return refunded >= paid ? 'refunded' : 'partially_refunded';
  if (paid >= totalMinor) return 'paid';
  return paid > 0 ? 'partially_paid' : 'unpaid';
}
