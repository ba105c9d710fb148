import type { FulfilmentStatus, OrderReturnStatus } from '../../values/order-axes.ts';
import type { OrderId } from '../../values/ids.ts';
import type { OrderStatus, PaymentStatus } from '../../values/vocabulary.ts';
import type { Scope } from '../scope.ts';
import { ordersWithinReach } from './order-reach.ts';

/** Versions of one order that are shown; older ones are found by asking for a moment. */
export const MOST_VERSIONS = 100;

/** What was known of an order’s status from a moment on, by our clock. */
export interface OrderVersion {
  readonly orderId: OrderId;
  readonly status: OrderStatus;
  readonly fulfilmentStatus: FulfilmentStatus;
  readonly paymentStatus: PaymentStatus;
  readonly returnStatus: OrderReturnStatus;
  readonly validFrom: Date;
  /** Null: it is known still. */
  readonly validTo: Date | null;
}

/** The past of each order, the newest version first: one statement for all of them. Orders out of reach have none. */
export async function readOrderVersions(scope: Scope, ids: readonly OrderId[]): Promise<OrderVersion[]> {
  const { sql } = scope.db;
  return sql<OrderVersion[]>`
    select v.* from orders o
    cross join lateral (
      select order_id, status, fulfilment_status, payment_status, return_status, valid_from, valid_to
      from order_versions where order_id = o.id order by valid_from desc limit ${MOST_VERSIONS}
    ) v
    where o.id = any(${ids as string[]}) and ${ordersWithinReach(scope, 'orders:read')}
    order by v.valid_from desc`;
}

/** A moment of an order. */
export interface OrderMoment {
  readonly id: OrderId;
  readonly at: Date;
}

/** What was known of each order at a moment, in the order of what was asked: one statement for all. Null: nothing, or out of reach. */
export async function readOrdersAt(scope: Scope, asked: readonly OrderMoment[]): Promise<(OrderVersion | null)[]> {
  const { sql } = scope.db;
  const rows = await sql<(OrderVersion & { place: number })[]>`
    select asked.place::int - 1 as place, v.order_id, v.status, v.fulfilment_status, v.payment_status, v.return_status, v.valid_from, v.valid_to
    from unnest(${asked.map(({ id }) => id as string)}::text[], ${asked.map(({ at }) => at.toISOString())}::timestamptz[])
      with ordinality as asked(id, at, place)
    join orders o on o.id = asked.id
    join order_versions v on v.order_id = o.id and v.valid_from <= asked.at and (v.valid_to is null or v.valid_to > asked.at)
    where ${ordersWithinReach(scope, 'orders:read')}`;
  const found = new Map(rows.map(({ place, ...version }) => [place, version]));
  return asked.map((_, place) => found.get(place) ?? null);
}
