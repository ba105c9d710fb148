import type { PartnerId } from '../../values/ids.ts';
import type { OrderStatus, PaymentKind, PaymentStatus, ReturnStatus, ShipmentStatus } from '../../values/vocabulary.ts';
import { deriveOrderStatus, derivePaymentStatus } from './derive-order-status.ts';
import { inSourceOrder } from './in-source-order.ts';
import type { KeptFact, OrderFactBody, PostalAddress, StatedLine } from './order-fact.ts';
import { factKey } from './order-fact.ts';

/** What a carrier said about one parcel of the order. */
export interface KeptTracking {
  readonly shipmentExternalId: string;
  readonly source: string;
  readonly sourceEventId: string;
  readonly status: ShipmentStatus;
  readonly estimatedDeliveryAt: Date | null;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly recordedAt: Date;
}

/** The three clocks of a change: at its source, here, in our database. */
export interface Clocks {
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly recordedAt: Date;
}

export interface FoldedPayment {
  externalId: string;
  kind: PaymentKind;
  method: string;
  amountMinor: number;
  occurredAt: Date;
}
export interface FoldedShipment {
  externalId: string;
  partnerId: PartnerId | null;
  carrier: string | null;
  trackingNumber: string | null;
  lineExternalIds: readonly string[];
  estimatedDeliveryAt: Date | null;
  createdAt: Date;
  status: ShipmentStatus;
  statusOccurredAt: Date;
}
export interface FoldedReturn {
  externalId: string;
  status: ReturnStatus;
  reason: string | null;
  lines: readonly { lineExternalId: string; quantity: number }[];
  requestedAt: Date;
  statusOccurredAt: Date;
}

/** An order as all its facts say together. */
export interface OrderState {
  source: string;
  partnerId: PartnerId | null;
  placedAt: Date;
  currency: string;
  totalMinor: number;
  lines: readonly StatedLine[];
  shippingAddress: PostalAddress | null;
  cancelReason: string | null;
  payments: readonly FoldedPayment[];
  shipments: readonly FoldedShipment[];
  returns: readonly FoldedReturn[];
  status: OrderStatus;
  /** Clocks of the fact that brought the present status. */
  statusClocks: Clocks;
  paymentStatus: PaymentStatus;
}

interface Draft {
  placed: Pick<OrderState, 'source' | 'partnerId' | 'placedAt' | 'currency'> | null;
  lines: readonly StatedLine[];
  totalMinor: number;
  shippingAddress: PostalAddress | null;
  cancelled: boolean;
  cancelReason: string | null;
  processed: boolean;
  delivered: boolean;
  money: Map<string, FoldedPayment & { currency: string }>;
  shipments: Map<string, FoldedShipment>;
  returns: Map<string, FoldedReturn>;
  /** Newest scan per parcel; a parcel's scans may come before the parcel does. */
  scans: Map<string, KeptTracking>;
}

/**
 * The order that facts and tracking events describe, or null while nothing says that it was placed. Pure: any order of arrival
 * and any number of repeats give the same state. Status is derived after each step of the time line, so that it carries the
 * clocks of the fact that brought it; a late fact takes its place in the past and cannot push the present back.
 *
 * Money in another currency than the order's is left out of the sum (it can only have come before the order was placed: later
 * it is refused).
 */
export function foldOrder(facts: readonly KeptFact[], tracking: readonly KeptTracking[] = []): OrderState | null {
  const draft: Draft = {
    placed: null,
    lines: [],
    totalMinor: 0,
    shippingAddress: null,
    cancelled: false,
    cancelReason: null,
    processed: false,
    delivered: false,
    money: new Map(),
    shipments: new Map(),
    returns: new Map(),
    scans: new Map(),
  };
  let status: OrderStatus | null = null;
  let clocks: Clocks | null = null;
  for (const step of timeLine(facts, tracking)) {
    if ('body' in step) applyFact(draft, step);
    else applyScan(draft, step);
    const next = draft.placed ? statusOf(draft) : null;
    if (next === status) continue;
    status = next;
    clocks = { occurredAt: step.occurredAt, receivedAt: step.receivedAt, recordedAt: step.recordedAt };
  }
  return draft.placed && status && clocks ? finish(draft, draft.placed, status, clocks) : null;
}

function timeLine(facts: readonly KeptFact[], tracking: readonly KeptTracking[]): (KeptFact | KeptTracking)[] {
  const scans = [...new Map(tracking.map((scan) => [factKey(scan), scan])).values()].sort(
    (a, b) =>
      a.occurredAt.getTime() - b.occurredAt.getTime() ||
      (factKey(a) < factKey(b) ? -1 : factKey(a) > factKey(b) ? 1 : 0),
  );
  const steps = [
    ...inSourceOrder(facts).map(({ fact, at }) => ({ step: fact, at })),
    ...scans.map((scan) => ({ step: scan, at: scan.occurredAt.getTime() })),
  ];
  // The sort is stable: at the same moment facts come before scans, each kind in its own order.
  return steps.sort((a, b) => a.at - b.at).map(({ step }) => step);
}

const statusOf = (draft: Draft): OrderStatus =>
  deriveOrderStatus({ ...draft, shipments: [...draft.shipments.values()], returns: [...draft.returns.values()] });

function applyFact(draft: Draft, fact: KeptFact): void {
  const { body, occurredAt } = fact;
  switch (body.kind) {
    case 'order_placed':
      // Placed again (restated): what it says is newer, when it was placed is not.
      draft.placed = {
        source: draft.placed?.source ?? fact.source,
        placedAt: earlier(draft.placed?.placedAt, occurredAt),
        partnerId: body.partnerId ?? draft.placed?.partnerId ?? null,
        currency: draft.placed?.currency ?? body.currency,
      };
      Object.assign(draft, { lines: body.lines, totalMinor: body.totalMinor });
      draft.shippingAddress = body.shippingAddress ?? draft.shippingAddress;
      return;
    case 'lines_changed':
      Object.assign(draft, { lines: body.lines, totalMinor: body.totalMinor });
      return;
    case 'address_changed':
      draft.shippingAddress = body.shippingAddress;
      return;
    case 'payment_recorded':
    case 'refund_recorded': {
      const kind = body.kind === 'payment_recorded' ? 'payment' : 'refund';
      const { externalId, method, amountMinor, currency } = body;
      draft.money.set(`${kind} ${externalId}`, { externalId, kind, method, amountMinor, currency, occurredAt });
      return;
    }
    case 'order_processed':
      draft.processed = true;
      return;
    case 'order_delivered':
      draft.delivered = true;
      return;
    case 'order_cancelled':
      draft.cancelled = true;
      draft.cancelReason = body.reason ?? draft.cancelReason;
      return;
    case 'shipment_created':
      applyShipment(draft, body, occurredAt);
      return;
    case 'return_recorded':
      applyReturn(draft, body, occurredAt);
      return;
  }
}

function applyShipment(draft: Draft, body: OrderFactBody & { kind: 'shipment_created' }, occurredAt: Date): void {
  const known = draft.shipments.get(body.externalId);
  const createdAt = earlier(known?.createdAt, occurredAt);
  draft.shipments.set(body.externalId, {
    externalId: body.externalId,
    partnerId: body.partnerId ?? known?.partnerId ?? null,
    carrier: body.carrier ?? known?.carrier ?? null,
    trackingNumber: body.trackingNumber ?? known?.trackingNumber ?? null,
    lineExternalIds: body.lineExternalIds,
    estimatedDeliveryAt: body.estimatedDeliveryAt
      ? new Date(body.estimatedDeliveryAt)
      : (known?.estimatedDeliveryAt ?? null),
    createdAt,
    status: 'label_created',
    statusOccurredAt: createdAt,
    ...scanned(draft.scans.get(body.externalId)),
  });
}

function applyScan(draft: Draft, scan: KeptTracking): void {
  const before = draft.scans.get(scan.shipmentExternalId);
  draft.scans.set(scan.shipmentExternalId, {
    ...scan,
    estimatedDeliveryAt: scan.estimatedDeliveryAt ?? before?.estimatedDeliveryAt ?? null,
  });
  const known = draft.shipments.get(scan.shipmentExternalId);
  if (known) draft.shipments.set(known.externalId, { ...known, ...scanned(scan) });
}

const scanned = (scan: KeptTracking | undefined): Partial<FoldedShipment> =>
  scan
    ? {
        status: scan.status,
        statusOccurredAt: scan.occurredAt,
        ...(scan.estimatedDeliveryAt && { estimatedDeliveryAt: scan.estimatedDeliveryAt }),
      }
    : {};

function applyReturn(draft: Draft, body: OrderFactBody & { kind: 'return_recorded' }, occurredAt: Date): void {
  const known = draft.returns.get(body.externalId);
  draft.returns.set(body.externalId, {
    externalId: body.externalId,
    status: body.status,
    reason: body.reason ?? known?.reason ?? null,
    lines: body.lines ?? known?.lines ?? [],
    requestedAt: earlier(known?.requestedAt, occurredAt),
    statusOccurredAt: known?.status === body.status ? known.statusOccurredAt : occurredAt,
  });
}

function finish(
  draft: Draft,
  placed: NonNullable<Draft['placed']>,
  status: OrderStatus,
  statusClocks: Clocks,
): OrderState {
  const payments = byExternalId(draft.money)
    .filter((one) => one.currency === placed.currency)
    .map(({ currency: _, ...payment }) => payment);
  return {
    ...placed,
    totalMinor: draft.totalMinor,
    lines: draft.lines,
    shippingAddress: draft.shippingAddress,
    cancelReason: draft.cancelReason,
    payments,
    shipments: byExternalId(draft.shipments),
    returns: byExternalId(draft.returns),
    status,
    statusClocks,
    paymentStatus: derivePaymentStatus(draft.totalMinor, payments),
  };
}

const earlier = (known: Date | undefined, other: Date): Date => (known && known < other ? known : other);

const byExternalId = <T extends { externalId: string }>(map: ReadonlyMap<string, T>): T[] =>
  [...map.values()].sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
