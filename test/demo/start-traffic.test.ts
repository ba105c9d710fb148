import { expect, test } from 'vitest';

import { loadDemoShop } from '../../src/demo/load-demo-shop.ts';
import { startTraffic } from '../../src/demo/start-traffic.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();

const eventCount = async () => {
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from events`;
  return row!.count;
};

test('a database without the demo shop has no demo traffic', async () => {
  expect(await startTraffic(database, { report: () => undefined })).toBeNull();
  expect(await eventCount()).toBe(0);
});

test('the demo traffic moves conversations, orders, parcels, stock and routing, and stops when told', async () => {
  await loadDemoShop(database);
  const loaded = await eventCount();
  const troubles: unknown[] = [];
  const traffic = await startTraffic(database, { paceMs: [0, 1], report: (trouble) => troubles.push(trouble) });

  const wanted = [
    ...['message.received', 'message.sent', 'routing.decided', 'conversation.resolved', 'order.recorded'],
    ...['order.status_changed', 'shipment.recorded', 'tracking.recorded', 'return.recorded', 'stock.changed'],
  ];
  const typesSince = () => sql<{ type: string }[]>`
    select distinct type from (select type from events order by position offset ${loaded}) as later`;
  await until(typesSince, (rows) => wanted.every((type) => rows.some((row) => row.type === type)));
  await traffic!.stop();

  expect(troubles).toEqual([]);
  const stoppedAt = await eventCount();
  expect(stoppedAt).toBeGreaterThan(loaded);
  const [row] = await sql<{ negative: number }[]>`
    select count(*)::int as negative from stock_levels where on_hand - held < 0`;
  expect(row).toEqual({ negative: 0 });
  expect(await eventCount()).toBe(stoppedAt);
});
