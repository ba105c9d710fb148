import type { Sql } from '../../database/open-database.ts';
import type { PartnerId } from '../../values/ids.ts';
import type { Right } from '../../values/rights.ts';
import { requireRight } from '../access/role-rights.ts';
import { ownIds } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';

/** Work on orders (alias `f`) at the stores of a partner: what follows `from`. */
const workAtStoresOf = (sql: Sql, partnerId: PartnerId) => sql`
  partner_locations p join locations l on l.id = p.location_id and p.partner_id = ${partnerId}
  join fulfilment_orders f on f.location_external_id = l.external_id`;

/**
 * A condition on orders (alias `o`): all of them, those of the viewer's own person, or those that the viewer's partner sells,
 * carries, or works on in its stores. What is outside is absent. Throws AccessDenied without the right.
 */
export function ordersWithinReach(scope: Scope, right: Right) {
  const { sql } = scope.db;
  const { customerId, partnerId } = scope.viewer;
  if (requireRight(scope.viewer, right) === 'all') return sql`true`;
  if (customerId) return sql`o.customer_id in ${ownIds(sql, scope.viewer)}`;
  if (partnerId)
    return sql`o.id in (
      select id from orders where partner_id = ${partnerId} union all select order_id from shipments where partner_id = ${partnerId}
      union all select f.order_id from ${workAtStoresOf(sql, partnerId)})`;
  return sql`false`;
}

/**
 * A condition on shipments (alias `s`) of orders (alias `o`) within reach: a carrier does not see the parcels of another one, a store not
 * those that leave from elsewhere.
 */
export function shipmentsWithinReach(scope: Scope) {
  const { sql } = scope.db;
  const { partnerId } = scope.viewer;
  if (requireRight(scope.viewer, 'orders:read') === 'all' || !partnerId) return ordersWithinReach(scope, 'orders:read');
  return sql`(s.partner_id = ${partnerId} or o.partner_id = ${partnerId} or (s.order_id, s.fulfilment_order_external_id) in (
    select f.order_id, f.external_id from ${workAtStoresOf(sql, partnerId)}))`;
}

/** True when the order exists and the viewer may read it. */
export async function isVisibleOrder(scope: Scope, orderId: string): Promise<boolean> {
  const rows = await scope.db
    .sql`select 1 from orders o where o.id = ${orderId} and ${ordersWithinReach(scope, 'orders:read')}`;
  return rows.length > 0;
}

/** True when the viewer may read what an event of an order tells: the parcel it is about, or else the order. */
export async function isVisibleOrderEvent(
  scope: Scope,
  { orderId, shipmentId }: { readonly [key: string]: unknown },
): Promise<boolean> {
  if (typeof shipmentId !== 'string') return isVisibleOrder(scope, String(orderId));
  const rows = await scope.db.sql`
    select 1 from shipments s join orders o on o.id = s.order_id where s.id = ${shipmentId} and ${shipmentsWithinReach(scope)}`;
  return rows.length > 0;
}
