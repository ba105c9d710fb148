import type { CustomerId, OrderId, PartnerId, ReturnId, ShipmentId, TrackingEventId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';
import type { KeptTracking, OrderState } from './fold-order.ts';

/** Ids that orders and their parts have already. */
export interface KnownOrders {
  /** By order number. */
  readonly orders: ReadonlyMap<string, KnownOrder>;
  /** By order id and external id, see `partKey`. */
  readonly shipments: ReadonlyMap<string, ShipmentId>;
  readonly returns: ReadonlyMap<string, ReturnId>;
}

interface KnownOrder {
  readonly id: OrderId;
  readonly customerId: CustomerId;
  /** Who the customer is now: the person that reads and streams go by. */
  readonly personId: CustomerId;
}

export const partKey = (orderId: OrderId, externalId: string): string => `${orderId}\n${externalId}`;

/** External id and ours. */
type Parts<Id> = readonly (readonly [externalId: string, id: Id])[];

interface Row extends KnownOrder {
  readonly number: string;
  readonly shipments: Parts<ShipmentId> | null;
  readonly returns: Parts<ReturnId> | null;
}

export async function readKnownOrders(tx: TransactionScope, numbers: readonly string[]): Promise<KnownOrders> {
  const rows = await tx.db.sql<Row[]>`
    select o.number, o.id, o.customer_id, coalesce(l.person_id, o.customer_id) as person_id,
      (select json_agg(json_build_array(s.external_id, s.id)) from shipments s where s.order_id = o.id) as shipments,
      (select json_agg(json_build_array(r.external_id, r.id)) from returns r where r.order_id = o.id) as returns
    from orders o left join person_links l on l.member_id = o.customer_id
    where o.number = any(${numbers as string[]})`;
  const keyed = <Id>(partsOf: (row: Row) => Parts<Id> | null) =>
    new Map(rows.flatMap((row) => (partsOf(row) ?? []).map(([name, id]) => [partKey(row.id, name), id] as const)));
  return {
    orders: new Map(rows.map(({ number, id, customerId, personId }) => [number, { id, customerId, personId }])),
    shipments: keyed(({ shipments }) => shipments),
    returns: keyed(({ returns }) => returns),
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
  if (shipmentIds.length === 0 && trackingNumbers.length === 0) return [];
  const { sql } = tx.db;
  const columns = sql`id, shipment_id, tracking_number, source, source_event_id, status, reason_code, raw_status,
    estimated_delivery_at, occurred_at, received_at, recorded_at`;
  return sql<ScanRow[]>`
    select ${columns} from tracking_events where shipment_id = any(${shipmentIds as string[]})
    union all
    select ${columns} from tracking_events where shipment_id is null and tracking_number = any(${trackingNumbers as string[]})`;
}

/** Who each of these customers is now. */
export async function readPersons(
  tx: TransactionScope,
  customerIds: readonly CustomerId[],
): Promise<Map<CustomerId, CustomerId>> {
  if (customerIds.length === 0) return new Map();
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

/** Those of these SKUs that the catalogue knows. */
export async function readKnownSkus(tx: TransactionScope, skus: readonly string[]): Promise<ReadonlySet<string>> {
  if (skus.length === 0) return new Set();
  const rows = await tx.db.sql<{ sku: string }[]>`select sku from variants where sku = any(${[...new Set(skus)]})`;
  return new Set(rows.map(({ sku }) => sku));
}
