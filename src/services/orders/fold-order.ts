import type { PartnerId } from '../../values/ids.ts';
import type { FulfilmentStatus, OrderReturnStatus } from '../../values/order-axes.ts';
import type { SourceKind } from '../../values/sources.ts';
import { visibleAddress } from '../../values/visible-text.ts';
import type { OrderStatus, PaymentStatus, ShipmentStatus } from '../../values/vocabulary.ts';
import type { Clocks } from '../events/clocks.ts';
import {
  deriveFulfilmentStatus,
  derivePaymentStatus,
  deriveReturnStatus,
  displayStatus,
} from './derive-order-status.ts';
import { foldFulfilmentOrder, shownByParcels, type FoldedFulfilmentOrder } from './fold-fulfilment-order.ts';
import { foldMoney, type FoldedMoney, type FoldedPayment } from './fold-money.ts';
import { foldReturn, type FoldedReturn } from './fold-return.ts';
import { inSourceOrder } from './in-source-order.ts';
import type { KeptFact, OrderFactBody, PostalAddress, StatedLine } from './order-fact.ts';
import { DESK, factKey } from './order-fact.ts';

/** What a carrier said about one parcel of the order. */
export interface KeptTracking {
  readonly shipmentExternalId: string;
  readonly source: string;
  readonly sourceEventId: string;
  readonly status: ShipmentStatus;
  /** The carrier's own code and words. */
  readonly reasonCode: string | null;
  readonly rawStatus: string | null;
  readonly estimatedDeliveryAt: Date | null;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly recordedAt: Date;
}

export interface FoldedShipment {
  externalId: string;
  fulfilmentOrderExternalId: string | null;
  partnerId: PartnerId | null;
  carrier: string | null;
  trackingNumber: string | null;
  lineExternalIds: readonly string[];
  estimatedDeliveryAt: Date | null;
  createdAt: Date;
  status: ShipmentStatus;
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
  /** When the desk last changed the lines. Null: it did not. */
  itemsChangedAt: Date | null;
  payments: readonly FoldedPayment[];
  fulfilmentOrders: readonly FoldedFulfilmentOrder[];
  shipments: readonly FoldedShipment[];
  returns: readonly FoldedReturn[];
  status: OrderStatus;
  /** Clocks of the fact that brought the present status. */
  statusClocks: Clocks;
  /** The source's code and words for it, where it gave some. */
  statusReasonCode: string | null;
  statusRaw: string | null;
  /** Who told it: a system that tells of orders, or a carrier. */
  statusSource: string;
  statusSourceKind: Extract<SourceKind, 'orders' | 'tracking'>;
  fulfilmentStatus: FulfilmentStatus;
  paymentStatus: PaymentStatus;
  returnStatus: OrderReturnStatus;
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
  itemsChangedAt: Date | null;
  money: Map<string, FoldedMoney>;
  fulfilmentOrders: Map<string, FoldedFulfilmentOrder>;
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
 * Money in another currency than the order's is left out of the sum: it is here only where a person let it in.
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
    itemsChangedAt: null,
    money: new Map(),
    fulfilmentOrders: new Map(),
    shipments: new Map(),
    returns: new Map(),
    scans: new Map(),
  };
  let status: OrderStatus | null = null;
  let brought: Brought | null = null;
  for (const step of timeLine(facts, tracking)) {
    if ('body' in step) applyFact(draft, step);
    else applyScan(draft, step);
    const next = draft.placed ? statusOf(draft) : null;
    if (next === status) continue;
    status = next;
    brought = whatBrought(step);
  }
  return draft.placed && status && brought ? finish(draft, draft.placed, status, brought) : null;
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

const groundsOf = (draft: Draft) => ({
  ...draft,
  processed:
    draft.processed ||
    [...draft.fulfilmentOrders.values()].some(({ status }) => status === 'in_progress' || status === 'fulfilled'),
  shipments: [...draft.shipments.values()],
  returns: [...draft.returns.values()],
});

function statusOf(draft: Draft): OrderStatus {
  const grounds = groundsOf(draft);
  return displayStatus(deriveFulfilmentStatus(grounds), deriveReturnStatus(grounds));
}

/** The step of the time line that brought a status: its clocks, who told it and how they called it. */
interface Brought {
  readonly clocks: Clocks;
  readonly reasonCode: string | null;
  readonly raw: string | null;
  readonly source: string;
  readonly sourceKind: OrderState['statusSourceKind'];
}

function whatBrought(step: KeptFact | KeptTracking): Brought {
  const { source, occurredAt, receivedAt, recordedAt } = step;
  const clocks = { occurredAt, receivedAt, recordedAt };
  return 'body' in step
    ? { clocks, source, sourceKind: 'orders', reasonCode: null, raw: null }
    : { clocks, source, sourceKind: 'tracking', reasonCode: step.reasonCode, raw: step.rawStatus };
}

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
      if (body.shippingAddress) draft.shippingAddress = visibleAddress(body.shippingAddress);
      return;
    case 'lines_changed':
      Object.assign(draft, { lines: body.lines, totalMinor: body.totalMinor });
      if (fact.source === DESK) draft.itemsChangedAt = occurredAt;
      return;
    case 'address_changed':
      draft.shippingAddress = visibleAddress(body.shippingAddress);
      return;
    case 'payment_recorded':
    case 'refund_promised':
    case 'refund_recorded':
      foldMoney(draft.money, { ...fact, body });
      return;
    case 'fulfilment_order_recorded':
      draft.fulfilmentOrders.set(
        body.externalId,
        foldFulfilmentOrder(draft.fulfilmentOrders.get(body.externalId), { ...fact, body }),
      );
      return;
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
      draft.returns.set(body.externalId, foldReturn(draft.returns.get(body.externalId), { ...fact, body }));
      return;
  }
}

function applyShipment(draft: Draft, body: OrderFactBody & { kind: 'shipment_created' }, occurredAt: Date): void {
  const known = draft.shipments.get(body.externalId);
  const createdAt = earlier(known?.createdAt, occurredAt);
  draft.shipments.set(body.externalId, {
    externalId: body.externalId,
    fulfilmentOrderExternalId: body.fulfilmentOrderExternalId ?? known?.fulfilmentOrderExternalId ?? null,
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

function finish(
  draft: Draft,
  placed: NonNullable<Draft['placed']>,
  status: OrderStatus,
  { clocks, reasonCode, raw, source, sourceKind }: Brought,
): OrderState {
  const grounds = groundsOf(draft);
  const payments = byExternalId(draft.money)
    .filter((one) => one.currency === placed.currency)
    .map(({ currency: _, ...payment }) => payment);
  return {
    ...placed,
    totalMinor: draft.totalMinor,
    lines: draft.lines,
    shippingAddress: draft.shippingAddress,
    cancelReason: draft.cancelReason,
    itemsChangedAt: draft.itemsChangedAt,
    payments,
    fulfilmentOrders: byExternalId(draft.fulfilmentOrders).map((work) => shownByParcels(work, grounds.shipments)),
    shipments: byExternalId(draft.shipments),
    returns: byExternalId(draft.returns),
    status,
    statusClocks: clocks,
    statusReasonCode: reasonCode,
    statusRaw: raw,
    statusSource: source,
    statusSourceKind: sourceKind,
    fulfilmentStatus: deriveFulfilmentStatus(grounds),
    paymentStatus: derivePaymentStatus(draft.totalMinor, payments),
    returnStatus: deriveReturnStatus(grounds),
  };
}

const earlier = (known: Date | undefined, other: Date): Date => (known && known < other ? known : other);

const byExternalId = <T extends { externalId: string }>(map: ReadonlyMap<string, T>): T[] =>
  [...map.values()].sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
