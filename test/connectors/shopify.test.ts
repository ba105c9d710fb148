import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { aConnector, signedByShopify, contentNow, rowsNow } from '../support/connectors.ts';
import { postHook } from '../support/hooks.ts';
import { sampleSet } from '../support/sample-set.ts';
import { withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const app = await withApp(database, { MAX_BAD_SIGNATURES_PER_MINUTE: '1000000' });
const secret = 'a-secret-of-the-shop';
const shop = await aConnector(database, { dialect: 'shopify', name: 'web-shop', currency: 'USD', secret });

const send = (topic: string, what: unknown, options: { id?: string; at?: Date } = {}, path = shop.path) => {
  const body = typeof what === 'string' ? what : JSON.stringify(what);
  return postHook(`${app.url}${path}`, signedByShopify(secret, body, { topic, ...options }), body);
};
const counted = () => rowsNow(sql);

const at = (minute: number) => `2026-11-20T10:${String(minute).padStart(2, '0')}:00-05:00`;
const line = { id: 11, variant_id: 21, sku: 'LAMP', title: 'Lamp', variant_title: 'red', quantity: 2, price: '12.50' };
const anOrder = (id: number, minute: number, but: object = {}) => ({
  ...{ id, name: `#${id}`, currency: 'EUR', total_price: '29.95', financial_status: 'pending' },
  ...{ email: 'anna@example.com', created_at: at(0), updated_at: at(minute), line_items: [line] },
  customer: { id: 7, first_name: 'Anna', last_name: 'Aalto' },
  shipping_address: { address1: 'Katu 1', zip: '20100', city: 'Turku', country_code: 'FI' },
  ...but,
});
const aFulfilment = (orderId: number, minute: number, but: object = {}) => ({
  ...{ id: orderId + 1_000, order_id: orderId, status: 'success', created_at: at(3), updated_at: at(minute) },
  ...{ tracking_company: 'Posti', tracking_numbers: [`T${orderId}`], line_items: [line] },
  ...but,
});
const aRefund = (orderId: number) => ({
  ...{ id: orderId + 2_000, order_id: orderId, created_at: at(9), note: 'too red' },
  transactions: [{ id: 1, kind: 'refund', status: 'success', amount: '29.95', currency: 'EUR', gateway: 'bogus' }],
  refund_line_items: [{ id: 1, line_item_id: 11, quantity: 2, restock_type: 'return' }],
});
const anEvent = (orderId: number, status: string, minute: number) => ({
  ...{ id: orderId + 3_000 + minute, order_id: orderId, fulfillment_id: orderId + 1_000, status },
  ...{ happened_at: at(minute), message: 'Parcel scanned', city: 'Turku', country: 'FI' },
});
const orderOf = async (id: number) => {
  const [row] = await sql<{ status: string; paymentStatus: string; totalMinor: number }[]>`
    select status, payment_status, total_minor::int from orders where number = ${`#${id}`}`;
  return row;
};

test('E9, E10, E11: created, paid, fulfilled, delivered and refunded end the same in any order, told twice under other ids', async () => {
  const story = (id: number): [string, object][] => [
    ['orders/create', anOrder(id, 1)],
    ['orders/paid', anOrder(id, 2, { financial_status: 'paid', total_outstanding: '0.00' })],
    ['fulfillments/create', aFulfilment(id, 3)],
    ['fulfillment_events/create', anEvent(id, 'in_transit', 4)],
    ['fulfillment_events/create', anEvent(id, 'delivered', 5)],
    ['refunds/create', aRefund(id)],
    [
      'orders/updated',
      anOrder(id, 9, {
        ...{ financial_status: 'refunded', fulfillment_status: 'fulfilled' },
        ...{ fulfillments: [aFulfilment(id, 3)], refunds: [aRefund(id)] },
      }),
    ],
  ];
  const orders = [
    (told: [string, object][]) => told,
    (told: [string, object][]) => told.toReversed(),
    (told: [string, object][]) => [...told.slice(3), ...told.slice(0, 3)],
  ];
  for (const [i, shuffled] of orders.entries()) {
    const told = shuffled(story(100 + i));
    for (const [topic, body] of told) expect([topic, (await send(topic, body)).status]).toEqual([topic, 200]);
    const rows = await counted();
    for (const [topic, body] of told) expect((await send(topic, body)).status).toBe(200);
    expect(await counted()).toEqual(rows);
    expect(await orderOf(100 + i)).toEqual({ status: 'returned', paymentStatus: 'refunded', totalMinor: 2_995 });
  }
  expect([...(await sql`select * from waiting_facts`)]).toEqual([]);
  const [parcel] = await sql`
    select s.tracking_number, s.carrier, s.status, s.line_external_ids from shipments s where s.external_id = '1100'`;
  expect(parcel).toEqual({ trackingNumber: 'T100', carrier: 'Posti', status: 'delivered', lineExternalIds: ['11'] });
  const [scan] = await sql`
    select raw_status, reason_code, place from tracking_events where source_event_id = 'fulfilment_event:3104'`;
  expect(scan).toEqual({ rawStatus: 'Parcel scanned', reasonCode: 'in_transit', place: 'Turku, FI' });
});

test('a cancelled order and a fulfilment that came to nothing are both cancelled', async () => {
  await send('orders/create', anOrder(200, 1));
  await send('fulfillments/create', aFulfilment(200, 2));
  await send('fulfillments/update', aFulfilment(200, 3, { status: 'cancelled' }));
  expect((await orderOf(200))?.status).toBe('pending');
  await send('orders/cancelled', anOrder(200, 4, { cancelled_at: at(4), cancel_reason: 'customer' }));

  expect((await orderOf(200))?.status).toBe('cancelled');
});

test('orders with one number are different orders when they have different ids, of one shop or of two', async () => {
  const outlet = await aConnector(database, { dialect: 'shopify', name: 'outlet', currency: 'EUR', secret });
  const named = (id: number, minute: number, total_price: string) =>
    anOrder(id, minute, { name: '#77', total_price, line_items: [] });
  await send('orders/create', named(771, 1, '10.00'));
  await send('orders/create', named(772, 1, '20.00'));
  await send('orders/create', named(771, 1, '30.00'), {}, outlet.path);
  await send('fulfillments/create', aFulfilment(771, 3, { line_items: [] }), {}, outlet.path);
  await send('orders/paid', named(772, 2, '20.00'));

  const rows = await sql<object[]>`
    select o.number, o.source, o.total_minor::int, s.tracking_number from orders o left join shipments s on s.order_id = o.id
    where o.number like '#77%' order by o.total_minor`;
  expect([...rows]).toEqual([
    { number: '#77', source: 'web-shop', totalMinor: 1_000, trackingNumber: null },
    { number: '#77 (772)', source: 'web-shop', totalMinor: 2_000, trackingNumber: null },
    { number: '#77 (771)', source: 'outlet', totalMinor: 3_000, trackingNumber: 'T771' },
  ]);
});

test('amounts are exact in every currency, and a part of the smallest unit is refused', async () => {
  const told = async (id: number, currency: string, total_price: unknown) => {
    const { status } = await send('orders/create', anOrder(id, 1, { currency, total_price, line_items: [] }));
    return [status, (await orderOf(id))?.totalMinor];
  };
  expect(await told(301, 'USD', '1234567.89')).toEqual([200, 123_456_789]);
  expect(await told(302, 'JPY', '1500.00')).toEqual([200, 1_500]);
  expect(await told(303, 'KWD', '1.005')).toEqual([200, 1_005]);
  expect(await told(304, 'EUR', 4.35)).toEqual([200, 435]);
  expect(await told(305, 'EUR', '0.005')).toEqual([422, undefined]);
  expect(await told(306, 'EUR', '1e3')).toEqual([422, undefined]);
});

test('stock waits for the product that names its item and for its location; an older copy of a product changes nothing', async () => {
  const product = (title: string, minute: number) => ({
    ...{ id: 5, title, vendor: 'Lux', product_type: 'Lamps', updated_at: at(minute), options: [{ name: 'Colour' }] },
    variants: [
      { id: 21, sku: 'LAMP', title: 'red', price: '12.50', option1: 'red', inventory_item_id: 31 },
      { id: 22, sku: 'LAMP', title: 'blue', price: '12.50', option1: 'blue', inventory_item_id: 32 },
    ],
  });
  await send('inventory_levels/update', { inventory_item_id: 31, location_id: 41, available: 6, updated_at: at(3) });
  await send('products/update', product('Lamp', 2));
  await send('products/create', product('Old lamp', 1));
  await send('locations/create', { id: 41, name: 'Turku', city: 'Turku', country_code: 'FI', updated_at: at(1) });
  await send('inventory_levels/update', { inventory_item_id: 31, location_id: 41, available: 9, updated_at: at(2) });
  await send('inventory_levels/update', { inventory_item_id: 32, location_id: 41, available: -3, updated_at: at(2) });

  const rows = await sql`
    select p.title, v.sku, v.options, v.price_minor::int, v.currency, l.on_hand from stock_levels l
    join variants v on v.id = l.variant_id join products p on p.id = v.product_id order by v.sku`;
  expect([...rows]).toEqual([
    { title: 'Lamp', sku: 'LAMP', options: { Colour: 'red' }, priceMinor: 1_250, currency: 'USD', onHand: 6 },
    { title: 'Lamp', sku: 'variant:22', options: { Colour: 'blue' }, priceMinor: 1_250, currency: 'USD', onHand: 0 },
  ]);
});

test.each<[string, string, unknown, number]>([
  ['cut short', 'orders/create', JSON.stringify(anOrder(900, 1)).slice(0, -20), 400],
  ['no object', 'orders/create', '"order"', 400],
  ['nothing', 'orders/create', '{}', 422],
  ['no topic', '', anOrder(900, 1), 422],
  ['no total', 'orders/create', anOrder(900, 1, { total_price: null }), 422],
  ['lines that are none', 'orders/updated', anOrder(900, 1, { line_items: 'many' }), 422],
  [
    '10,001 lines',
    'orders/updated',
    anOrder(900, 1, { line_items: Array.from({ length: 10_001 }, () => ({ id: 1 })) }),
    422,
  ],
  [
    'a number of units that is none',
    'orders/create',
    anOrder(900, 1, { line_items: [{ ...line, quantity: -1 }] }),
    422,
  ],
  ['an impossible clock', 'orders/create', anOrder(900, 1, { updated_at: 'yesterday' }), 422],
  ['an event of nothing', 'fulfillment_events/create', { id: 1, status: 'delivered', happened_at: at(1) }, 422],
  [
    'a level without a location',
    'inventory_levels/update',
    { inventory_item_id: 1, available: 3, updated_at: at(1) },
    422,
  ],
  ['a name with a NUL', 'customers/create', { id: '1\0', updated_at: at(1) }, 422],
])('%s is refused, and nothing of it is kept', async (_, topic, what, status) => {
  const before = await contentNow(sql);
  const answer = await send(topic, what);
  expect([answer.status, answer.body.code]).toEqual([status, 'INVALID_INPUT']);
  expect(await contentNow(sql)).toEqual(before);
});

test('topics that mean nothing here are answered and leave nothing', async () => {
  const before = await contentNow(sql);
  for (const topic of ['app/uninstalled', 'customers/redact', 'orders/delete', '__proto__/create', 'carts/update'])
    expect(await send(topic, { id: 1 })).toMatchObject({ status: 200, body: { taken: 0, waiting: 0 } });
  expect(await contentNow(sql)).toEqual(before);
});

test('E1, E2, E7: forged, stale or unsigned requests are let in nowhere', async () => {
  const body = JSON.stringify(anOrder(901, 1));
  const right = signedByShopify(secret, body, { topic: 'orders/create' });
  const post = (headers: Record<string, string | string[]>, told = body) =>
    postHook(`${app.url}${shop.path}`, headers, told);
  const { 'x-shopify-hmac-sha256': signature, ...unsigned } = right;
  const before = await contentNow(sql);
  for (const headers of [
    unsigned,
    { ...right, 'x-shopify-hmac-sha256': '' },
    { ...right, 'x-shopify-hmac-sha256': [signature!, signature!] },
    { ...right, 'x-shopify-hmac-sha256': signature!.toLowerCase() },
    { ...right, 'x-shopify-webhook-id': '' },
    { ...right, 'x-shopify-triggered-at': '' },
    signedByShopify('another secret', body, { topic: 'orders/create' }),
    signedByShopify(secret, body, { topic: 'orders/create', at: new Date(Date.now() - 6 * 3_600_000) }),
    signedByShopify(secret, body, { topic: 'orders/create', at: new Date(Date.now() + 6 * 60_000) }),
  ])
    expect((await post(headers)).status).toBe(401);
  expect((await post(right, body.replace('29.95', '29.96'))).status).toBe(401);
  expect((await post(right, `${body}\n`)).status).toBe(401);
  expect((await send('orders/create', anOrder(901, 1), {}, '/hooks/shopify/nobody')).status).toBe(404);
  expect(await contentNow(sql)).toEqual(before);
});

const set = sampleSet('shopify_rest');
describe.skipIf(set === null)('samples of shopify_rest', () => {
  type Sample = Record<string, unknown>;
  /** Every whole object of this name in a file, wherever it stands. */
  function samplesOf(file: string, name: string, isWhole: (one: Sample) => boolean): Sample[] {
    const found: Sample[] = [];
    const walk = (value: unknown): void => {
      if (Array.isArray(value)) for (const one of value) walk(one);
      else if (typeof value === 'object' && value !== null)
        for (const [key, inner] of Object.entries(value)) {
          const all = (key === name || key === `${name}s` ? [inner].flat() : []) as Sample[];
          found.push(...all.filter((one) => typeof one === 'object' && one !== null && isWhole(one)));
          if (all.length === 0) walk(inner);
        }
    };
    walk(JSON.parse(readFileSync(join(set!, file), 'utf8')));
    return found;
  }
  const has =
    (...names: string[]) =>
    (one: Sample) =>
      names.every((name) => one[name] != null);
  const FILES: [topic: string, name: string, table: string, isWhole: (one: Sample) => boolean, files: string[]][] = [
    ['products/update', 'product', 'products', has('id', 'title', 'variants', 'created_at'), ['product']],
    ['locations/update', 'location', 'locations', has('id', 'name', 'updated_at'), ['location']],
    ['customers/update', 'customer', 'customers', has('id', 'created_at'), ['customer']],
    ['inventory_levels/update', 'inventory_level', 'stock_levels', has('inventory_item_id'), ['inventory_level']],
    ['fulfillments/update', 'fulfillment', 'shipments', has('id', 'order_id', 'created_at'), ['fulfillment']],
    ['fulfillment_events/create', 'fulfillment_event', 'tracking_events', has('id', 'status'), ['fulfillment_event']],
    ['refunds/create', 'refund', 'payments', has('id', 'order_id'), ['refund']],
    ['orders/updated', 'order', 'orders', has('id', 'total_price', 'line_items', 'created_at'), ['order']],
  ];
  const samples = (set === null ? [] : FILES).flatMap(([topic, name, , isWhole, files]) =>
    files.flatMap((file) =>
      [`ruby_rest_2025_07/${file}.json`, `python_fixtures/${file}.json`]
        .concat(file === 'order' || file === 'product' || file === 'location' ? [`python_fixtures/${file}s.json`] : [])
        .flatMap((path) => samplesOf(path, name, isWhole).map((body) => ({ topic, body, path }))),
    ),
  );

  test('every one is taken, alone or wrapped, and again changes nothing', async () => {
    const path = (await aConnector(database, { dialect: 'shopify', name: 'samples', currency: 'USD', secret })).path;
    expect(samples.length).toBeGreaterThan(60);
    const counts: Record<string, number> = {};
    for (const { topic, body, path: file } of samples) {
      const answer = await send(topic, body, {}, path);
      expect([file, body['id'], answer.status, answer.body.field]).toEqual([file, body['id'], 200, undefined]);
      counts[topic] = (counts[topic] ?? 0) + 1;
    }
    const rows = await counted();
    for (const { topic, body } of samples)
      expect((await send(topic, { [topic.split('s/')[0]!]: body }, {}, path)).status).toBe(200);
    expect(await counted()).toEqual(rows);
    expect(counts).toMatchInlineSnapshot(`
      {
        "customers/update": 10,
        "fulfillment_events/create": 4,
        "fulfillments/update": 7,
        "inventory_levels/update": 5,
        "locations/update": 9,
        "orders/updated": 22,
        "products/update": 12,
        "refunds/create": 3,
      }
    `);
    const objects = await sql`
      select (select count(*)::int from orders where source = 'samples') as orders,
        (select count(*)::int from shipments s join orders o on o.id = s.order_id where o.source = 'samples') as shipments,
        (select count(*)::int from payments p join orders o on o.id = p.order_id where o.source = 'samples') as payments,
        (select count(*)::int from tracking_events where source = 'samples') as scans,
        (select count(*)::int from products where external_id ~ '^[0-9]{6,}$') as products,
        (select count(*)::int from locations where external_id ~ '^[0-9]{6,}$') as locations,
        (select count(*)::int from stock_levels where source = 'samples') as levels`;
    expect(objects[0]).toMatchInlineSnapshot(`
      {
        "levels": 4,
        "locations": 6,
        "orders": 8,
        "payments": 11,
        "products": 5,
        "scans": 4,
        "shipments": 7,
      }
    `);
    const waiting =
      await sql`select waits_for, waits_for_id, count(*)::int as n from waiting_facts where source = 'samples' group by 1, 2 order by 1, 2`;
    expect([...waiting]).toMatchInlineSnapshot(`
      [
        {
          "n": 1,
          "waitsFor": "location",
          "waitsForId": "905684977",
        },
        {
          "n": 1,
          "waitsFor": "shipment",
          "waitsForId": "2608403447971",
        },
      ]
    `);
  });
});
