import { expect, test } from 'vitest';

import { loadDemoShop } from '../../src/demo/load-demo-shop.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();

const counts = async () => {
  const [row] = await sql`
    select (select count(*)::int from customers) as customers,
      (select count(*)::int from inboxes) as inboxes,
      (select count(*)::int from agents) as agents,
      (select count(*)::int from products) as products,
      (select count(*)::int from locations where kind = 'store') as stores,
      (select count(*)::int from orders) as orders,
      (select count(*)::int from conversations) as conversations`;
  return row;
};

const SHOP = { customers: 40, inboxes: 6, agents: 8, products: 30, stores: 6, orders: 80, conversations: 26 };

test('an empty database becomes the demo shop, and a filled one is left alone', async () => {
  expect(await loadDemoShop(database)).toBe(true);
  expect(await counts()).toEqual(SHOP);

  const [before] = await sql`select count(*)::int as events from events`;
  expect(await loadDemoShop(database)).toBe(false);
  expect(await counts()).toEqual(SHOP);
  expect(await sql`select count(*)::int as events from events`).toEqual([before]);
});

test('the demo shop has orders in every state, returns, tracking, stock in all stores and conversations on six channels', async () => {
  const statuses = await sql<{ status: string }[]>`select distinct status from orders order by status`;
  expect(statuses.map(({ status }) => status)).toEqual([
    'cancelled',
    'delivered',
    'in_transit',
    'pending',
    'processed',
    'ready_for_pickup',
    'return_started',
    'returned',
  ]);
  const [facts] = await sql`
    select (select count(distinct channel)::int from conversations) as channels,
      (select count(*)::int from conversations where status = 'open' and assignee_id is null) as waiting,
      (select count(*)::int from conversations where status = 'resolved') as resolved,
      (select count(*)::int from tracking_events where recorded_at < occurred_at) as from_the_future,
      (select count(*)::int from stock_levels s where on_hand < 0) as negative,
      (select count(distinct location_id)::int from stock_levels) as stocked,
      (select count(*)::int from order_lines where variant_id is null) as unknown_skus`;
  expect(facts).toEqual({
    channels: 6,
    waiting: 2,
    resolved: 16,
    fromTheFuture: 0,
    negative: 0,
    stocked: 7,
    unknownSkus: 0,
  });
});
