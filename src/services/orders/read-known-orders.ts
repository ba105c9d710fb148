import type { CustomerId, OrderId, PartnerId, ReturnId, ShipmentId, TrackingEventId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';
import type { KeptTracking, OrderState } from './fold-order.ts';
import type { KeptFact } from './order-fact.ts';

/** Ids that orders and their parts have already. */
export interface KnownOrders {
  /** By order number. */
  readonly orders: ReadonlyMap<string, { readonly id: OrderId; readonly customerId: CustomerId }>;
  /** By order id and external id, see `partKey`. */
  readonly shipments: ReadonlyMap<string, ShipmentId>;
  readonly returns: ReadonlyMap<string, ReturnId>;
}

export const partKey = (orderId: OrderId, externalId: string): string => `${orderId}\n${externalId}`;

type PartRow<Id> = { id: Id; orderId: OrderId; externalId: string };

export async function readKnownOrders(tx: TransactionScope, numbers: readonly string[]): Promise<KnownOrders> {
  const { sql } = tx.db;
  const ids = sql`(select id from orders where number = any(${numbers as string[]}))`;
  const [orders, shipments, returns] = await Promise.all([
    sql<{ id: OrderId; number: string; customerId: CustomerId }[]>`
      select id, number, customer_id from orders where number = any(${numbers as string[]})`,
    sql<PartRow<ShipmentId>[]>`select id, order_id, external_id from shipments where order_id in ${ids}`,
    sql<PartRow<ReturnId>[]>`select id, order_id, external_id from returns where order_id in ${ids}`,
  ]);
  return {
    orders: new Map(orders.map(({ number, ...order }) => [number, order])),
    shipments: new Map(shipments.map((row) => [partKey(row.orderId, row.externalId), row.id])),
    returns: new Map(returns.map((row) => [partKey(row.orderId, row.externalId), row.id])),
  };
}

/** A scan with its row. `shipmentId` is null while it waits for a shipment with its tracking number. */
export type ScanRow = Omit<KeptTracking, 'shipmentExternalId'> & {
  readonly id: TrackingEventId;
  readonly shipmentId: ShipmentId | null;
  readonly trackingNumber: string | null;
};

/** Scans of these shipments, and those that wait for one of these tracking numbers. */
export async function readScans(
  tx: TransactionScope,
  shipmentIds: readonly ShipmentId[],
  trackingNumbers: readonly string[],
): Promise<ScanRow[]> {
  const { sql } = tx.db;
  const columns = sql`id, shipment_id, tracking_number, source, source_event_id, status, reason_code, raw_status,
    estimated_delivery_at, occurred_at, received_at, recorded_at`;
  return sql<ScanRow[]>`
    select ${columns} from tracking_events where shipment_id = any(${shipmentIds as string[]})
    union all
    select ${columns} from tracking_events where shipment_id is null and tracking_number = any(${trackingNumbers as string[]})`;
}

/** Who each customer is now: the person that reads and streams go by. */
export async function readPersons(
  tx: TransactionScope,
  customerIds: readonly CustomerId[],
): Promise<Map<CustomerId, CustomerId>> {
  const rows = await tx.db.sql<{ memberId: CustomerId; personId: CustomerId }[]>`
    select member_id, person_id from person_links where member_id = any(${customerIds as string[]})`;
  const linked = new Map(rows.map((row) => [row.memberId, row.personId]));
  return new Map(customerIds.map((id) => [id, linked.get(id) ?? id]));
}

/** Whose stores the places are where orders are worked on, by the name of the place. */
export async function readPartnersOfPlaces(
  tx: TransactionScope,
  states: readonly (OrderState | null)[],
): Promise<ReadonlyMap<string, readonly PartnerId[]>> {
  const names = new Set(
    states.flatMap((state) => (state?.fulfilmentOrders ?? []).flatMap(({ locationExternalId: name }) => name ?? [])),
  );
  if (names.size === 0) return new Map();
  const rows = await tx.db.sql<{ place: string; partnerId: PartnerId }[]>`
    select l.external_id as place, p.partner_id from locations l join partner_locations p on p.location_id = l.id
    where l.external_id = any(${[...names]})`;
  const byPlace = Map.groupBy(rows, ({ place }) => place);
  return new Map([...byPlace].map(([place, all]) => [place, all.map(({ partnerId }) => partnerId)]));
}

/** SKUs that these facts name and the catalogue knows. */
export async function readKnownSkus(tx: TransactionScope, facts: readonly KeptFact[]): Promise<ReadonlySet<string>> {
  const named = new Set(facts.flatMap(({ body }) => ('totalMinor' in body ? body.lines.map(({ sku }) => sku) : [])));
  if (named.size === 0) return named;
  const rows = await tx.db.sql<{ sku: string }[]>`select sku from variants where sku = any(${[...named]})`;
  return new Set(rows.map(({ sku }) => sku));
}
