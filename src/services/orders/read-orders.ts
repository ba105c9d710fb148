import type { ConversationId, CustomerId, OrderId } from '../../values/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import type { OrderStatus } from '../../values/vocabulary.ts';
import type { Sql } from '../../database/open-database.ts';
import { requireRight } from '../access/role-rights.ts';
import { membersOf } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { ordersWithinReach } from './order-reach.ts';
import type { Order } from './order.ts';

const columns = (sql: Sql) => sql`
  o.id, o.number, o.source, coalesce((select l.person_id from person_links l where l.member_id = o.customer_id), o.customer_id) as customer_id,
  o.partner_id, o.placed_at, o.currency, o.total_minor, o.status, o.status_occurred_at, o.status_received_at, o.status_recorded_at,
  o.status_reason_code, o.status_raw, o.status_source, o.status_source_kind, o.fulfilment_status, o.payment_status, o.return_status, o.items_changed_at, o.cancel_reason, o.shipping_address, o.updated_at`;

/** Orders by id, in no order; those that do not exist or are out of the viewer's reach are left out alike. */
export async function readOrders(scope: Scope, ids: readonly OrderId[]): Promise<Order[]> {
  const { sql } = scope.db;
  return sql<Order[]>`
    select ${columns(sql)} from orders o
    where o.id = any(${ids as string[]}) and ${ordersWithinReach(scope, 'orders:read')}`;
}

/** The order with this number, as the source writes it. Null: absent or out of reach. */
export async function findOrderByNumber(scope: Scope, number: string): Promise<Order | null> {
  const { sql } = scope.db;
  const [row] = await sql<Order[]>`
    select ${columns(sql)} from orders o where o.number = ${number} and ${ordersWithinReach(scope, 'orders:read')}`;
  return row ?? null;
}

export interface OrderFilter {
  readonly status?: OrderStatus | null;
  /** Orders of the person that this customer is now. */
  readonly customerId?: CustomerId | null;
}

/** Orders within the viewer's reach, newest first by when they were placed. */
export async function listOrders(scope: Scope, filter: OrderFilter, page: PageRequest): Promise<Page<Order>> {
  // Whoever may not read whose an order is learns it by no filter either.
  if (filter.customerId) requireRight(scope.viewer, 'customers:read');
  const { sql } = scope.db;
  const rows = await sql<Order[]>`
    select ${columns(sql)} from orders o
    where ${ordersWithinReach(scope, 'orders:read')}
      and ${filter.status ? sql`o.status = ${filter.status}` : sql`true`}
      and ${filter.customerId ? sql`o.customer_id in ${membersOf(sql, filter.customerId)}` : sql`true`}
      and ${page.after ? sql`(o.placed_at, o.id) < (${page.after.at}, ${page.after.id})` : sql`true`}
    order by o.placed_at desc, o.id desc
    limit ${page.first + 1}`;
  return pageOf(rows, page, (order) => ({ at: order.placedAt, id: order.id }));
}

/** A page of each person's orders, newest first, in the order of the ids: one statement for all of them. */
export async function ordersOfPersons(
  scope: Scope,
  personIds: readonly CustomerId[],
  page: PageRequest,
): Promise<Page<Order>[]> {
  const { sql } = scope.db;
  const rows = await sql<(Order & { askedId: CustomerId })[]>`
    select asked.id as asked_id, o.* from unnest(${personIds as string[]}::text[]) as asked(id)
    cross join lateral (
      select ${columns(sql)} from orders o
      where o.customer_id in (select asked.id union all select m.member_id from person_links m where m.person_id = asked.id)
        and ${ordersWithinReach(scope, 'orders:read')}
        and ${page.after ? sql`(o.placed_at, o.id) < (${page.after.at}, ${page.after.id})` : sql`true`}
      order by o.placed_at desc, o.id desc
      limit ${page.first + 1}
    ) o`;
  const byPerson = Map.groupBy(rows, ({ askedId }) => askedId);
  return personIds.map((id) =>
    pageOf<Order>(byPerson.get(id) ?? [], page, (order) => ({ at: order.placedAt, id: order.id })),
  );
}

/** An order with the moment when a conversation was linked to it. */
export type LinkedOrder = Order & { readonly linkedAt: Date };

/** A page of the orders that each conversation is about, the one linked last first: one statement for all of them. */
export async function ordersOfConversations(
  scope: Scope,
  conversationIds: readonly ConversationId[],
  page: PageRequest,
): Promise<Page<LinkedOrder>[]> {
  const { sql } = scope.db;
  const rows = await sql<(LinkedOrder & { askedId: ConversationId })[]>`
    select asked.id as asked_id, o.* from unnest(${conversationIds as string[]}::text[]) as asked(id)
    cross join lateral (
      select k.linked_at, ${columns(sql)} from conversation_orders k join orders o on o.id = k.order_id
      where k.conversation_id = asked.id and ${ordersWithinReach(scope, 'orders:read')}
        and ${page.after ? sql`(k.linked_at, k.order_id) < (${page.after.at}, ${page.after.id})` : sql`true`}
      order by k.linked_at desc, k.order_id desc
      limit ${page.first + 1}
    ) o
    order by o.linked_at desc, o.id desc`;
  const byConversation = Map.groupBy(rows, ({ askedId }) => askedId);
  return conversationIds.map((id) =>
    pageOf<LinkedOrder>(byConversation.get(id) ?? [], page, (order) => ({ at: order.linkedAt, id: order.id })),
  );
}
