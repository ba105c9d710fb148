import { isDeepStrictEqual } from 'node:util';

import type { EventType } from '../../values/event-types.ts';
import { recordFact } from '../events/atomically.ts';
import type { Fact } from '../events/fact.ts';
import { stream, topic } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import type { FoldedShipment, OrderState } from './fold-order.ts';
import type { FoldedReturn } from './fold-return.ts';
import { factKey } from './order-fact.ts';
import type { Fresh, Refolded } from './refolded.ts';

type Clock = Pick<Fact, 'occurredAt' | 'receivedAt'>;

/** Names what happened to an order: what readers of the order, of its customer and of its partners are told. */
export function nameOrderFacts(tx: TransactionScope, order: Refolded, fresh: Fresh): void {
  const { before, after } = order;
  const name = (type: EventType, clock: Clock, details: Fact['details'] = {}, parcel: string | null = null) =>
    recordFact(tx, {
      type,
      streams: [stream.order(order.id), stream.customer(order.personId)],
      topics: topicsOf(order, parcel),
      ...clock,
      details: { orderId: order.id, customerId: order.personId, status: after.status, ...axesOf(after), ...details },
    });
  const latest = newestFresh(order, fresh);

  if (!before) name('order.recorded', latest, { previousStatus: null });
  else if (!isDeepStrictEqual(ownPart(before), ownPart(after)) || losesReturn(before, after))
    name('order.updated', latest);

  for (const shipment of after.shipments) {
    const known = before?.shipments.find((one) => one.externalId === shipment.externalId);
    if (known && isDeepStrictEqual(withoutScans(known), withoutScans(shipment))) continue;
    const shipmentId = order.shipmentIds.get(shipment.externalId)!;
    name('shipment.recorded', latest, { shipmentId, shipmentStatus: shipment.status }, shipment.externalId);
  }
  for (const scan of order.scans.filter((one) => one.isFresh)) {
    const shipmentId = order.shipmentIds.get(scan.shipmentExternalId)!;
    const details = { shipmentId, trackingEventId: scan.id, shipmentStatus: scan.status };
    name('tracking.recorded', scan, details, scan.shipmentExternalId);
  }
  for (const one of after.returns) {
    const known = before?.returns.find((other) => other.externalId === one.externalId);
    if (known && isDeepStrictEqual(withoutNews(known), withoutNews(one))) continue;
    name('return.recorded', latest, {
      returnId: order.returnIds.get(one.externalId)!,
      returnStatus: one.status,
      previousReturnStatus: known?.status ?? null,
    });
  }
  if (before && before.status !== after.status)
    name('order.status_changed', after.statusClocks, { previousStatus: before.status });
}

const axesOf = ({ fulfilmentStatus, returnStatus }: OrderState) => ({
  fulfilmentStatus,
  orderReturnStatus: returnStatus,
});

/** Everybody who sees the order; of a parcel only those who see the parcel: a carrier is not told of another one's, nor a store of another's. */
function topicsOf({ before, after, partnersOfPlaces }: Refolded, parcel: string | null): string[] {
  const states = [before, after].filter((state): state is OrderState => state !== null);
  const partners = states.flatMap((state) => {
    const parcels = state.shipments.filter((one) => parcel === null || one.externalId === parcel);
    const leaving = new Set(parcels.map((one) => one.fulfilmentOrderExternalId));
    const work = state.fulfilmentOrders.filter((one) => parcel === null || leaving.has(one.externalId));
    return [
      state.partnerId,
      ...parcels.map((one) => one.partnerId),
      ...work.flatMap((one) => partnersOfPlaces.get(one.locationExternalId ?? '') ?? []),
    ];
  });
  return [topic.orders, ...new Set(partners.flatMap((id) => (id ? [topic.partner(id)] : [])))];
}

/** What belongs to the order itself: not its parcels and returns, which have facts of their own, and not its status. */
function ownPart(state: OrderState) {
  const {
    shipments: _s,
    returns: _r,
    status: _t,
    statusClocks: _c,
    statusReasonCode: _o,
    statusRaw: _w,
    statusSource: _u,
    statusSourceKind: _k,
    ...own
  } = state;
  const { fulfilmentStatus: _f, returnStatus: _e, fulfilmentOrders: _p, ...rest } = own;
  return rest;
}

/** True when a return counts no more: what was told since put it in doubt. */
const losesReturn = (before: OrderState, after: OrderState): boolean =>
  before.returns.some((one) => !after.returns.some((other) => other.externalId === one.externalId));

/** That a source told the same again is no change. */
const withoutNews = ({ toldAt: _t, steps: _s, ...own }: FoldedReturn) => own;

const withoutScans = ({ status: _s, statusOccurredAt: _o, estimatedDeliveryAt: _e, ...own }: FoldedShipment) => own;

/** Clocks of the newest of what is new. */
function newestFresh(order: Refolded, fresh: Fresh): Clock {
  const news = [
    ...order.facts.filter((fact) => fresh.facts.has(factKey(fact))),
    ...order.scans.filter((scan) => scan.isFresh),
  ];
  const newest = news.reduce<(typeof news)[number] | null>(
    (best, one) => (best && best.occurredAt >= one.occurredAt ? best : one),
    null,
  );
  return newest ? { occurredAt: newest.occurredAt, receivedAt: newest.receivedAt } : {};
}
