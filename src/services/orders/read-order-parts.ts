import type { OrderId, ShipmentId } from '../../values/ids.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { ordersWithinReach, shipmentsWithinReach } from './order-reach.ts';
import type { ReturnStep } from './fold-return.ts';
import type { FulfilmentOrder, OrderLine, Payment, Return, Shipment, TrackingEvent } from './order.ts';

/** Tracking events of one shipment in one answer, at most. */
export const MOST_TRACKING_EVENTS = 100;

/** Lines of orders, in the order of the source. Each reader below takes many parents at once: what loaders batch. */
export async function readOrderLines(scope: Scope, orderIds: readonly OrderId[]): Promise<OrderLine[]> {
  return scope.db.sql<OrderLine[]>`
    select l.id, l.order_id, l.external_id, l.variant_id, l.sku, l.title, l.options, l.quantity, l.unit_price_minor, o.currency
    from order_lines l join orders o on o.id = l.order_id
    where l.order_id = any(${orderIds as string[]}) and ${ordersWithinReach(scope, 'orders:read')}
    order by l.order_id, l.position, l.id`;
}

/** Payments and refunds of orders, oldest first. */
export async function readPayments(scope: Scope, orderIds: readonly OrderId[]): Promise<Payment[]> {
  return scope.db.sql<Payment[]>`
    select p.id, p.order_id, p.external_id, p.kind, p.method, p.amount_minor, o.currency, p.state, p.expected_by, p.occurred_at
    from payments p join orders o on o.id = p.order_id
    where p.order_id = any(${orderIds as string[]}) and ${ordersWithinReach(scope, 'payments:read')}
    order by p.order_id, p.occurred_at, p.kind, p.external_id`;
}

/** Parcels of orders, oldest first. A carrier sees its own. */
export async function readShipments(scope: Scope, orderIds: readonly OrderId[]): Promise<Shipment[]> {
  return scope.db.sql<Shipment[]>`
    select s.id, s.order_id, o.customer_id, s.external_id, s.fulfilment_order_external_id, s.partner_id, s.carrier, s.tracking_number, s.status, s.status_occurred_at,
      s.estimated_delivery_at, s.line_external_ids, s.created_at
    from shipments s join orders o on o.id = s.order_id
    where s.order_id = any(${orderIds as string[]}) and ${shipmentsWithinReach(scope)}
    order by s.order_id, s.created_at, s.external_id`;
}

/** Shipments by id, within reach. */
export async function readShipmentsById(scope: Scope, ids: readonly ShipmentId[]): Promise<Shipment[]> {
  return scope.db.sql<Shipment[]>`
    select s.id, s.order_id, o.customer_id, s.external_id, s.fulfilment_order_external_id, s.partner_id, s.carrier, s.tracking_number, s.status, s.status_occurred_at,
      s.estimated_delivery_at, s.line_external_ids, s.created_at
    from shipments s join orders o on o.id = s.order_id
    where s.id = any(${ids as string[]}) and ${shipmentsWithinReach(scope)}`;
}

/** Tracking events of shipments, newest first by the carrier's clock, 100 of each at most. */
export async function readTrackingEvents(scope: Scope, shipmentIds: readonly ShipmentId[]): Promise<TrackingEvent[]> {
  return scope.db.sql<TrackingEvent[]>`
    select t.*, o.customer_id from shipments s join orders o on o.id = s.order_id
    cross join lateral (
      select t.id, t.shipment_id, t.status, t.raw_status, t.reason_code, t.place, t.estimated_delivery_at, t.occurred_at, t.received_at, t.recorded_at
      from tracking_events t where t.shipment_id = s.id
      order by t.occurred_at desc, t.id desc
      limit ${MOST_TRACKING_EVENTS}
    ) t
    where s.id = any(${shipmentIds as string[]}) and ${shipmentsWithinReach(scope)}
    order by t.shipment_id, t.occurred_at desc, t.id desc`;
}

/** Returns of orders with their lines, oldest first. */
export async function readReturns(scope: Scope, orderIds: readonly OrderId[]): Promise<Return[]> {
  const rows = await scope.db.sql<Return[]>`
    select r.id, r.order_id, r.external_id, r.outcome, r.status, r.reason, r.steps, r.refund_method, r.refund_expected_by, r.told_at,
      r.requested_at, r.status_occurred_at, (
      select coalesce(jsonb_agg(jsonb_build_object('lineExternalId', l.line_external_id, 'quantity', l.quantity,
        'receivedQuantity', l.received_quantity, 'exchangeSku', l.exchange_sku) order by l.line_external_id), '[]')
      from return_lines l where l.return_id = r.id
    ) as lines
    from returns r join orders o on o.id = r.order_id
    where r.order_id = any(${orderIds as string[]}) and ${ordersWithinReach(scope, 'orders:read')}
    order by r.order_id, r.requested_at, r.external_id`;
  return rows.map((row) => ({ ...row, steps: row.steps.map(withMoments) }));
}

/** JSON has no moments. Steps that were kept before their source was have none. */
const withMoments = ({ status, source, occurredAt, receivedAt, recordedAt }: ReturnStep): ReturnStep => ({
  status,
  source: source ?? null,
  occurredAt: new Date(occurredAt),
  receivedAt: new Date(receivedAt),
  recordedAt: new Date(recordedAt),
});

/** Work planned for orders, oldest first. */
export async function readFulfilmentOrders(scope: Scope, orderIds: readonly OrderId[]): Promise<FulfilmentOrder[]> {
  return scope.db.sql<FulfilmentOrder[]>`
    select f.id, f.order_id, f.external_id, f.location_external_id, f.method, f.status, f.status_occurred_at, f.fulfil_by, f.lines,
      f.created_at
    from fulfilment_orders f join orders o on o.id = f.order_id
    where f.order_id = any(${orderIds as string[]}) and ${ordersWithinReach(scope, 'orders:read')}
    order by f.order_id, f.created_at, f.external_id`;
}

/** A tracking event by id within reach; waiting ones (no shipment yet) only for who records without limits. */
export async function readTrackingEventsById(scope: Scope, ids: readonly string[]): Promise<TrackingEvent[]> {
  const { sql } = scope.db;
  const waiting = requireRight(scope.viewer, 'orders:read') === 'all' ? sql`s.id is null` : sql`false`;
  return sql<TrackingEvent[]>`
    select t.id, t.shipment_id, o.customer_id, t.status, t.raw_status, t.reason_code, t.place, t.estimated_delivery_at, t.occurred_at, t.received_at, t.recorded_at
    from tracking_events t left join shipments s on s.id = t.shipment_id left join orders o on o.id = s.order_id
    where t.id = any(${ids as string[]}) and (${waiting} or ${shipmentsWithinReach(scope)})`;
}
