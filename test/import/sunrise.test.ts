import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import { sunrise } from '../../src/import/sunrise.ts';
import { everything, importInto } from '../support/importing.ts';
import { sampleSet } from '../support/sample-set.ts';
import { withDatabase } from '../support/with-database.ts';

const sample = sampleSet('sunrise');
const rowsOf = (bytes: Buffer) =>
  bytes
    .toString()
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((row) => row.split(','));

describe.skipIf(!sample)('the Sunrise shop', () => {
  test('its stores, stock and orders equal the files; a second import changes nothing', async () => {
    const { database, sql } = await withDatabase();
    const stores = JSON.parse(readFileSync(join(sample!, 'channels.json'), 'utf8')) as { key: string }[];
    const stock = rowsOf(gunzipSync(readFileSync(join(sample!, 'inventory.csv.gz'))));
    const orders = rowsOf(readFileSync(join(sample!, 'orders.csv')));
    const numbers = new Set(orders.map(([, number]) => number));

    const { counts, warnings } = await importInto(database, sunrise, sample!);

    expect(warnings).toEqual([]);
    expect(counts).toEqual({
      stores: `${stores.length}/${stores.length}/${stores.length}`,
      warehouses: '1/1/1',
      stock: `${stock.length}/${stock.length}/${stock.length}`,
      orders: `${numbers.size}/${numbers.size}/${numbers.size}`,
    });
    expect(await sql`select external_id from locations where kind = 'store' order by external_id`).toEqual(
      stores.map(({ key }) => ({ externalId: key })).sort((a, b) => (a.externalId < b.externalId ? -1 : 1)),
    );
    const counted = await sql<{ sku: string; onHand: number }[]>`
      select v.sku, s.on_hand from stock_levels s join variants v on v.id = s.variant_id
      join locations l on l.id = s.location_id where l.external_id = 'sunrise-warehouse'`;
    expect(counted.map(({ sku, onHand }) => `${sku} ${onHand}`).sort()).toEqual(
      stock.map(([sku, onHand]) => `${sku} ${onHand}`).sort(),
    );
    const lines = await sql<{ line: string }[]>`
      select concat_ws(' ', i.value, o.number, l.sku, l.unit_price_minor, l.quantity, o.total_minor) as line
      from order_lines l join orders o on o.id = l.order_id join identities i on i.customer_id = o.customer_id`;
    const cents = (amount: string) => Math.round(Number(amount) * 100);
    expect(lines.map(({ line }) => line).sort()).toEqual(
      orders
        .map(([who, number, sku, price, quantity, total]) =>
          [who, number, sku, cents(price!), quantity, cents(total!)].join(' '),
        )
        .sort(),
    );

    const before = await everything(sql);
    const again = await importInto(database, sunrise, sample!);
    expect(Object.values(again.counts).every((count) => count.startsWith('0/'))).toBe(true);
    expect(await everything(sql)).toEqual(before);
  });

  test('a store has its place and its hours by its own clocks', async () => {
    const { database, sql } = await withDatabase();
    await importInto(database, sunrise, join(sample!, 'channels.json'));

    const [berlin] = await sql`select * from locations where external_id = 'sunrise-store-berlin'`;

    const week = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];
    expect(berlin).toMatchObject({
      name: 'SUNRISE Store Berlin',
      kind: 'store',
      address: { line1: 'Unter den Linden 21', postalCode: '10117', city: 'Berlin', country: 'DE' },
      latitude: 52.5174434,
      longitude: 13.3879598,
      timeZone: 'Europe/Berlin',
      openingHours: {
        timeZone: 'Europe/Berlin',
        weekly: [
          ...week.map((day) => ({ day, opensAt: '10:00', closesAt: '20:00' })),
          { day: 'saturday', opensAt: '09:00', closesAt: '18:00' },
        ],
        holidays: [],
      },
    });
    expect(await sql`select count(*)::int as n from locations where opening_hours is null`).toEqual([{ n: 0 }]);
    expect(await sql`select time_zone from locations where external_id like '%boston-2'`).toEqual([
      { timeZone: 'America/New_York' },
    ]);
  });
});
