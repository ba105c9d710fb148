import { pino } from 'pino';
import { expect, test } from 'vitest';

import { singleConnection } from '../../src/database/single-connection.ts';
import { recount, recountNightly } from '../../src/live/recount.ts';
import type { OrderId } from '../../src/values/ids.ts';
import { aFullShop, found } from '../support/a-full-shop.ts';
import { asking } from '../support/asking.ts';
import { withDatabase } from '../support/with-database.ts';

const given = await withDatabase();
const { database, sql } = given;
const shop = await aFullShop(await asking(database));
const { orderId } = await shop.aShopper('anna');
await shop.aShopper('berta');
await shop.act('stockAdjust', {
  input: { variantId: shop.variantId, locationId: shop.locationId, delta: -3, reason: 'sold', source: 'till' },
});
await shop.act('orderFactsRecord', {
  facts: [
    {
      ...{ orderNumber: 'CANARY-anna', source: 'shop', sourceEventId: 'refund', occurredAt: new Date().toISOString() },
      refundRecorded: { externalId: 'r', method: 'card', amount: { amountMinor: 500, currency: 'EUR' } },
    },
  ],
});

test('X18: what Punos wrote adds up, orders and stock', async () => {
  expect(await recount(database)).toEqual({ orders: { checked: 2, wrong: [] }, stock: { checked: 1, wrong: [] } });
});

test.each([
  ['the total', 'update orders set total_minor = total_minor + 1 where id = $1', 'total'],
  ['the currency', `update orders set currency = 'SEK' where id = $1`, 'currency'],
  ['a line', 'update order_lines set quantity = quantity + 1 where order_id = $1', 'units,lineValue'],
  ['a price', 'update order_lines set unit_price_minor = 1 where order_id = $1', 'lineValue'],
  ['a payment', `update payments set amount_minor = 1 where order_id = $1 and kind = 'payment'`, 'paid'],
  ['a refund', `delete from payments where order_id = $1 and kind = 'refund'`, 'refunded'],
])('X18: the recount finds an order of which somebody changed %s, and names it', async (_what, statement, totals) => {
  await andBack(async () => {
    await sql.unsafe(statement, [orderId]);
    const { orders } = await recount(database);
    expect(orders.wrong).toEqual([{ orderId: orderId as OrderId, totals: totals.split(',') }]);
  });
});

test.each([
  'update stock_levels set on_hand = on_hand + 1',
  'update stock_levels set held = held + 1',
  'delete from stock_levels',
  'update stock_versions set on_hand = 0 where valid_to is null',
])('X18: the recount finds a stock level after: %s', async (statement) => {
  await andBack(async () => {
    await sql.unsafe(statement);
    const { stock } = await recount(database);
    expect(stock.wrong).toEqual([{ variantId: shop.variantId, locationId: shop.locationId }]);
  });
});

test('X18: every night, an error in the log and a figure say what differs, without anything of a person', async () => {
  const lines: string[] = [];
  const figures: unknown[] = [];
  const nightly: (() => Promise<void>)[] = [];
  await recountNightly({
    database,
    jobs: {
      recur: (_name, _times, work) => Promise.resolve(void nightly.push(work)),
      work: () => Promise.reject(new Error('no queue here')),
      close: () => Promise.resolve(),
    },
    log: pino({}, { write: (line) => void lines.push(line) }),
    onRecounted: (counts) => figures.push(counts),
  });

  await nightly[0]!();
  expect(lines.filter((line) => line.includes('"level":50'))).toEqual([]);
  await andBack(async () => {
    await sql`update orders set total_minor = 1 where id = ${orderId}`;
    await nightly[0]!();
  });

  expect(figures).toEqual([
    { orders: 0, stock: 0 },
    { orders: 1, stock: 0 },
  ]);
  const [alarm, ...more] = lines.filter((line) => line.includes('"level":50'));
  expect(more).toEqual([]);
  expect(JSON.parse(alarm!)).toMatchObject({
    what: 'orders',
    checked: 2,
    wrong: 1,
    some: [{ orderId, totals: ['total'] }],
  });
  expect(alarm).not.toMatch(/canary/i);
});

/** Lets somebody tamper, and puts everything back as it was. */
async function andBack(tamper: () => Promise<void>): Promise<void> {
  const tables = ['orders', 'order_lines', 'payments', 'stock_levels', 'stock_versions'];
  const owner = singleConnection(given.superuserUrl);
  try {
    await owner`set session_replication_role = replica`;
    for (const table of tables) await owner.unsafe(`create temp table kept_${table} as select * from ${table}`);
    await tamper();
    for (const table of tables) {
      await owner.unsafe(`delete from ${table}`);
      await owner.unsafe(`insert into ${table} overriding system value select * from kept_${table}`);
    }
  } finally {
    await owner.end();
  }
  expect(found(await shop.ask(shop.admin, `{ order(id: "${orderId}") { id } }`), 'order').id).toBe(orderId);
}
