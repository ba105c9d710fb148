import { expect, test } from 'vitest';

import { readInstallation } from '../../src/services/events/installation.ts';
import { rotateConnectorSecret } from '../../src/services/intake/rotate-connector-secret.ts';
import { aConnector, contentNow, rowsNow } from '../support/connectors.ts';
import { holdingOrder } from '../support/holding-order.ts';
import { postHook, signed, type HookAnswer } from '../support/hooks.ts';
import { systemScope, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const app = await withApp(database, { MAX_BAD_SIGNATURES_PER_MINUTE: '1000000' });
const shop = await aConnector(database, { dialect: 'facts', name: 'shop' });

let count = 0;
const at = (minute: number) => `2026-11-20T10:${String(minute).padStart(2, '0')}:00Z`;
const fact = (type: string, minute: number, body: object = {}) => ({
  type,
  id: `e-${(count += 1)}`,
  occurredAt: at(minute),
  ...body,
});
const line = { id: 'l1', sku: 'LAMP', title: 'Lamp', quantity: 2, unitPriceMinor: 1_250 };
const placed = (number: string, but: object = {}) =>
  fact('order.placed', 0, {
    order: { number, id: `id-${number}` },
    customer: { email: 'anna@example.com', displayName: 'Anna' },
    ...{ currency: 'EUR', totalMinor: 2_500, lines: [line], shippingAddress: { city: 'Turku', country: 'FI' } },
    ...but,
  });

const tell = (what: unknown, options: Parameters<typeof signed>[2] = {}) => {
  const body = typeof what === 'string' ? what : JSON.stringify(what);
  return postHook(`${app.url}${shop.path}`, signed(shop.secret, body, options), body);
};
const orderOf = async (number: string) => {
  const [row] = await sql`
    select status, payment_status, total_minor::int, currency, shipping_address->>'city' as city from orders where number = ${number}`;
  return row;
};

/** A parcel's life, each fact naming the order by the id that the shop knows it by. */
const story = (number: string) => {
  const order = { id: `id-${number}` };
  const shipmentId = `parcel-${number}`;
  return [
    placed(number),
    fact('payment.recorded', 1, { order, payment: { id: 'p1', method: 'card', amountMinor: 2_500, currency: 'EUR' } }),
    fact('order.processed', 2, { order }),
    fact('shipment.created', 3, { order, shipment: { id: shipmentId, carrier: 'Posti', lineIds: ['l1'] } }),
    fact('tracking.recorded', 4, { shipmentId, status: 'in_transit', rawStatus: 'Lajiteltu', reasonCode: 'arrived' }),
    fact('tracking.recorded', 5, { shipmentId, status: 'delivered', place: 'Turku' }),
    fact('return.recorded', 6, {
      order,
      return: { id: 'r1', status: 'received', lines: [{ lineId: 'l1', quantity: 2 }] },
    }),
    fact('refund.recorded', 7, { order, refund: { id: 'f1', amountMinor: 2_500, currency: 'EUR' } }),
  ];
};

test('an order is told from its placing to its refund, and the journal says who told it', async () => {
  const answer = await tell({ facts: story('1001') });

  expect([answer.status, answer.body]).toEqual([200, { taken: 8, waiting: 0, quarantined: 0 }]);
  expect(await orderOf('1001')).toEqual({
    ...{ status: 'returned', paymentStatus: 'refunded', totalMinor: 2_500, currency: 'EUR', city: 'Turku' },
  });
  const scans = await sql`
    select status, raw_status, reason_code, place, source from tracking_events order by occurred_at`;
  expect([...scans]).toEqual([
    { status: 'in_transit', rawStatus: 'Lajiteltu', reasonCode: 'arrived', place: null, source: 'shop' },
    { status: 'delivered', rawStatus: null, reasonCode: null, place: 'Turku', source: 'shop' },
  ]);
  const actors = await sql`select distinct actor from events where type like 'order.%'`;
  expect([...actors]).toEqual([{ actor: `system:connector:${shop.id}` }]);
});

test('E10: told one by one in whatever order, also before anybody named the order, it ends the same', async () => {
  const told = story('1002');
  const orders = [told.toReversed(), [...told.slice(3), ...told.slice(0, 3)]];
  for (const [i, facts] of orders.entries()) {
    const number = `1002-${i}`;
    const renamed = JSON.parse(
      JSON.stringify(facts).replaceAll('1002', number).replaceAll('"e-', `"turn-${i}-`),
    ) as typeof facts;
    for (const one of renamed) expect((await tell(one)).status).toBe(200);
    expect(await orderOf(number)).toMatchObject({ status: 'returned', paymentStatus: 'refunded' });
  }
  expect([...(await sql`select * from waiting_facts`)]).toEqual([]);
});

test('E8: what is told again changes nothing, in the same request or in another, a hundred times at once too', async () => {
  const told = { facts: story('1003') };
  const id = 'msg-1003';
  const answers = await Promise.all(Array.from({ length: 100 }, () => tell(told, { id })));
  expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`))).toEqual(
    new Set(['200 {"taken":8,"waiting":0,"quarantined":0}']),
  );
  const before = await rowsNow(sql);
  expect((await tell(told)).status).toBe(200);
  for (const one of told.facts) expect((await tell(one)).status).toBe(200);

  expect(await rowsNow(sql)).toEqual(before);
  expect((await tell({ ...told, more: 1 }, { id })).status).toBe(409);
});

test('E4: behind a proxy with another host, port and path, with fields that nobody knows, it is taken; trimmed on the way it is not', async () => {
  const body = `  ${JSON.stringify({ facts: story('1041').map((one) => ({ ...one, extra: { a: [1] }, 'x-more': 'é' })) })}\n`;
  const by = (headers: Record<string, string>, bytes = body) =>
    postHook(`${app.url}${shop.path}`, { ...signed(shop.secret, body), ...headers }, bytes);
  const behind = {
    ...{ host: 'hooks.shop.example:8443', 'x-forwarded-host': 'hooks.shop.example', 'x-forwarded-proto': 'https' },
    ...{ 'x-forwarded-port': '8443', 'x-forwarded-prefix': '/punos', 'x-forwarded-for': '203.0.113.9' },
  };
  const before = await contentNow(sql);

  expect((await by(behind, body.trim())).status).toBe(401);
  expect((await by(behind, body.replace('Lajiteltu', 'Lajiteltu '))).status).toBe(401);
  expect(await contentNow(sql)).toEqual(before);

  expect((await by(behind)).body).toEqual({ taken: 8, waiting: 0, quarantined: 0 });
  expect(await orderOf('1041')).toMatchObject({ status: 'returned', paymentStatus: 'refunded' });
});

test('E12: told again while the first telling is being stored, here and at another process, all have one answer and one effect', async () => {
  const other = await withApp(database);
  const body = JSON.stringify({ facts: story('1012') });
  const headers = signed(shop.secret, body, { id: 'msg-1012' });
  /** As senders do: who is told to come back comes back. */
  const deliver = async (url: string): Promise<HookAnswer> => {
    const answer = await postHook(`${url}${shop.path}`, headers, body);
    return answer.status === 503 ? deliver(url) : answer;
  };
  const held = await holdingOrder(database, '1012');
  const first = deliver(app.url);
  await until(held.waiting, (count) => count > 0);
  const again = [deliver(app.url), deliver(other.url), deliver(other.url)];
  await until(held.waiting, (count) => count > 1);
  await held.release();

  const answers = await Promise.all([first, ...again]);

  expect(answers.map(({ status, body: answer }) => [status, answer])).toEqual(
    answers.map(() => [200, { taken: 8, waiting: 0, quarantined: 0 }]),
  );
  expect(await sql`select 1 from order_facts where order_number = '1012'`).toHaveLength(6);
  expect(
    await sql`
    select 1 from events where type = 'order.recorded' and details ->> 'orderId' in (select id from orders where number = '1012')`,
  ).toHaveLength(1);
});

test('stock waits for its article and its location, and an older count or copy changes nothing', async () => {
  const counted = (onHand: number, minute: number) =>
    fact('stock.counted', minute, { sku: 'CHAIR', location: 'turku', onHand });
  const product = (title: string, version: number) =>
    fact('product.recorded', 0, { version, product: { id: 'chair', title, variants: [{ sku: 'CHAIR' }] } });
  const store = fact('location.recorded', 0, { location: { id: 'turku', name: 'Turku', kind: 'store' } });
  const level = async (): Promise<number[]> => {
    const rows = await sql<{ onHand: number }[]>`select on_hand from stock_levels`;
    return rows.map(({ onHand }) => onHand);
  };

  expect((await tell(counted(5, 1))).body).toEqual({ taken: 1, waiting: 1, quarantined: 0 });
  expect((await tell(product('Chair', 2))).body).toEqual({ taken: 1, waiting: 0, quarantined: 0 });
  expect(await level()).toEqual([]);
  await tell(store);
  expect(await level()).toEqual([5]);

  await tell(counted(9, 3));
  await tell(counted(7, 2));
  await tell(product('An older chair', 1));
  const moved = fact('stock.moved', 4, { sku: 'CHAIR', location: 'turku', delta: -2, reason: 'sold' });
  await tell(moved);
  await tell(moved);
  expect(await level()).toEqual([7]);
  expect([...(await sql`select title from products`)]).toEqual([{ title: 'Chair' }]);
});

test('E18: what cannot be true is kept for a person to look at, and changes nothing', async () => {
  const level = await sql`select * from stock_levels`;
  const pay = (amountMinor: number, currency: string) =>
    fact('payment.recorded', 5, { order: { number: '1004' }, payment: { id: 'p', amountMinor, currency } });
  await tell(placed('1004'));
  const impossible = [
    fact('stock.moved', 5, { sku: 'CHAIR', location: 'turku', delta: -8, reason: 'sold' }),
    pay(2_500, 'USD'),
    { ...placed('1004'), currency: 'SEK' },
  ];
  for (const one of impossible) expect((await tell(one)).body).toEqual({ taken: 1, waiting: 0, quarantined: 1 });

  expect(await orderOf('1004')).toMatchObject({ paymentStatus: 'unpaid', currency: 'EUR' });
  expect([...(await sql`select * from stock_levels`)]).toEqual([...level]);
  const kept = await sql<{ sourceEventId: string; reason: string; kind: string; state: string }[]>`
    select source_event_id, reason, kind, state from quarantined_facts order by id`;
  expect(kept.map(({ sourceEventId, reason, kind, state }) => [sourceEventId, reason, kind, state])).toEqual([
    [impossible[0]!.id, 'insufficient_stock', 'stock_move', 'held'],
    [impossible[1]!.id, 'currency_changed', 'payment_recorded', 'held'],
    [impossible[2]!.id, 'currency_changed', 'order_placed', 'held'],
  ]);
  expect([...(await sql`select * from waiting_facts`)]).toEqual([]);
  // Told again it is no second one.
  for (const one of impossible) await tell(one);
  expect(await sql`select count(*)::int as n from quarantined_facts`).toMatchObject([{ n: 3 }]);
});

test('a sale at a till is an order that was paid and taken along, from the shelf of its store', async () => {
  const sale = fact('sale.recorded', 10, {
    sale: {
      ...{ number: 'T-1', location: 'turku', takesStock: true, currency: 'EUR', totalMinor: 4_000 },
      lines: [{ sku: 'CHAIR', quantity: 1, unitPriceMinor: 4_000 }],
      payments: [{ method: 'cash', amountMinor: 4_000 }],
    },
  });
  expect((await tell(sale)).body).toEqual({ taken: 4, waiting: 0, quarantined: 0 });
  await tell(sale);

  expect(await orderOf('T-1')).toMatchObject({ status: 'delivered', paymentStatus: 'paid' });
  expect([...(await sql`select on_hand from stock_levels`)]).toEqual([{ onHand: 6 }]);
});

test('stock is told by the names of its quantities; nobody tells what is held', async () => {
  const product = { id: 'table', title: 'Table', variants: [{ sku: 'TABLE' }], bundle: 'kitchen' };
  const location = { id: 'espoo', name: 'Espoo', kind: 'store', pickupMinutes: 45, deliveryHours: 24 };
  await tell(fact('product.recorded', 0, { product }));
  await tell(fact('location.recorded', 0, { location }));
  const where = { sku: 'TABLE', location: 'espoo' };
  const incomingAt = '2030-01-02T03:04:05.000Z';
  await tell(fact('stock.counted', 1, { ...where, onHand: 9, committed: 2, incoming: 4, incomingAt, damaged: 1 }));
  await tell(fact('stock.moved', 2, { ...where, quantity: 'committed', delta: -1, reason: 'shipped' }));
  const level = async () => [
    ...(await sql`
      select l.on_hand, l.committed, l.incoming, l.incoming_at, l.damaged, o.pickup_minutes, o.delivery_hours, p.bundle from stock_levels l
      join locations o on o.id = l.location_id join variants v on v.id = l.variant_id join products p on p.id = v.product_id
      where v.sku = 'TABLE'`),
  ];
  const told = {
    ...{ onHand: 9, committed: 1, incoming: 4, incomingAt: new Date(incomingAt), damaged: 1 },
    ...{ pickupMinutes: 45, deliveryHours: 24, bundle: 'kitchen' },
  };
  expect(await level()).toEqual([told]);

  for (const wrong of [
    fact('stock.moved', 3, { ...where, quantity: 'held', delta: 1, reason: 'hm' }),
    fact('stock.moved', 3, { ...where, quantity: 'lent', delta: 1, reason: 'hm' }),
    fact('stock.counted', 3, { ...where, onHand: 9, committed: -1 }),
    fact('stock.counted', 3, { ...where, onHand: 9, incomingAt }),
  ])
    expect((await tell(wrong)).status).toBe(422);

  expect(await level()).toEqual([told]);
});

test('a customer is recorded with every identity, and an older copy changes nothing', async () => {
  const told = (displayName: string, version: number) =>
    fact('customer.recorded', 0, {
      version,
      customer: { externalId: 'shop:7', email: 'maija@example.com', phone: 'no number', displayName },
    });
  await tell(told('Maija', 2));
  await tell(told('Somebody', 1));

  const rows = await sql`
    select i.kind, i.normalized, c.display_name from identities i join customers c on c.id = i.customer_id
    where c.id = (select customer_id from identities where normalized = 'maija@example.com') order by i.kind`;
  expect([...rows]).toEqual([
    { kind: 'email', normalized: 'maija@example.com', displayName: 'Maija' },
    { kind: 'external_id', normalized: 'shop:7', displayName: 'Maija' },
  ]);
});

test.each<[string, unknown, string[], number?]>([
  ['no JSON', '{"type":', [], 400],
  ['no object', '[]', [], 400],
  ['an empty body', '', [], 400],
  ['nothing in its list', { facts: [] }, ['facts']],
  ['too many facts', { facts: Array.from({ length: 101 }, () => placed('x')) }, ['facts']],
  ['no type', { ...placed('x'), type: undefined }, ['type']],
  ['an unknown type', { ...placed('x'), type: 'order.lost' }, ['type']],
  ['another form', { ...placed('x'), specVersion: 2 }, ['specVersion']],
  ['no id', { ...placed('x'), id: null }, ['id']],
  ['a moment without a zone', { ...placed('x'), occurredAt: '2026-11-20T10:00:00' }, ['occurredAt']],
  ['no order', { ...placed('x'), order: {} }, ['order']],
  ['an order without a number', { ...placed('x'), order: { id: 7 } }, ['order', 'number']],
  ['half a cent', placed('x', { totalMinor: 1.5 }), ['totalMinor']],
  ['no currency of ours', placed('x', { currency: 'eur' }), ['currency']],
  ['a line without a SKU', placed('x', { lines: [line, { quantity: 1 }] }), ['lines', '1', 'sku']],
  ['two lines alike', placed('x', { lines: [line, line] }), ['lines']],
  ['less than nothing', placed('x', { lines: [{ ...line, quantity: 0 }] }), ['lines', '0', 'quantity']],
  ['a NUL', placed('x\0'), ['id']],
  ['half a character', placed('x', { lines: [{ ...line, title: 'x\ud800' }] }), ['lines', '0', 'title']],
  [
    'a parcel of nobody’s',
    fact('shipment.created', 1, {
      order: { id: 'x' },
      shipment: { id: 'x', partnerId: 'ptn_01jd000000000000000000000z' },
    }),
    ['partnerId'],
  ],
  [
    'a count of tomorrow',
    { ...fact('stock.counted', 1, { sku: 'CHAIR', location: 'turku', onHand: 1 }), occurredAt: '2999-01-01T00:00:00Z' },
    ['occurredAt'],
  ],
  [
    'the second of two wrong',
    { facts: [placed('x'), fact('tracking.recorded', 1, { trackingNumber: 'T', status: 'lost' })] },
    ['facts', '1', 'status'],
  ],
])('%s is refused with its place, and nothing of it is kept', async (_, what, field, status = 422) => {
  const before = await contentNow(sql);
  const answer = await tell(what);
  expect([answer.status, answer.body.field]).toEqual([status, field]);
  expect(await contentNow(sql)).toEqual(before);
});

test('E1, E2, E7, E16: what is not signed, is forged, old, or for somebody else is let in nowhere', async () => {
  const other = await aConnector(database, { dialect: 'facts', name: 'other' });
  const body = JSON.stringify(placed('forged'));
  const right = signed(shop.secret, body);
  const send = (headers: Record<string, string | string[]>, told = body, path = shop.path) =>
    postHook(`${app.url}${path}`, headers, told);
  const before = await contentNow(sql);

  const { 'webhook-signature': _, ...unsigned } = right;
  for (const headers of [
    unsigned,
    { ...right, 'webhook-id': 'another' },
    { ...right, 'webhook-signature': right['webhook-signature']!.slice(0, -2) },
    signed(other.secret, body),
    signed(shop.secret, body, { at: new Date(Date.now() - 301_000) }),
    signed(shop.secret, body, { at: new Date(Date.now() + 310_000) }),
  ])
    expect((await send(headers)).status).toBe(401);
  expect((await send(right, body.replace('2500', '2501'))).status).toBe(401);
  expect((await send(right, body, `${shop.path}?a=1`)).status).toBe(401);
  expect((await send(right, body, '/hooks/facts/nobody')).status).toBe(404);
  expect((await send(right, body, '/hooks/shopify/shop')).status).toBe(404);
  expect((await send({ ...right, 'content-encoding': 'gzip' })).status).toBe(415);
  const huge = JSON.stringify(placed('huge', { note: 'x'.repeat(3_000_000) }));
  expect((await send(signed(shop.secret, huge), huge).catch(() => ({ status: 413 }))).status).toBe(413);
  expect(await contentNow(sql)).toEqual(before);
});

test('E5: while a secret changes both are good, afterwards the new one alone', async () => {
  const { id, secret, path } = await aConnector(database, { dialect: 'facts', name: 'rotating' });
  const installation = await readInstallation(sql);
  const send = (by: string) => {
    const body = JSON.stringify(placed(`R-${count}`));
    return postHook(`${app.url}${path}`, signed(by, body), body);
  };
  const rotate = (overlapHours: number) =>
    rotateConnectorSecret(systemScope(database), installation, { id, secret: null, overlapHours }, null);

  const second = (await rotate(1)).secret!;
  expect([(await send(secret)).status, (await send(second)).status]).toEqual([200, 200]);
  const third = (await rotate(0)).secret!;
  // Another process believes what it read for a second; this one looks again where a signature is wrong.
  await expect.poll(async () => (await send(second)).status, { timeout: 60_000 }).toBe(401);
  expect([(await send(secret)).status, (await send(third)).status]).toEqual([401, 200]);
});

test('a member that nobody knows is passed over', async () => {
  const answer = await tell({
    ...placed('2001', { gift: true }),
    meta: { any: ['thing'] },
    lines: [{ ...line, x: 1 }],
  });
  expect([answer.status, (await orderOf('2001'))?.['status']]).toEqual([200, 'pending']);
});
