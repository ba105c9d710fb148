import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { aConnector, signedByEasyPost, contentNow, rowsNow } from '../support/connectors.ts';
import { postHook, signed } from '../support/hooks.ts';
import { sampleSet } from '../support/sample-set.ts';
import { withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const app = await withApp(database, { MAX_BAD_SIGNATURES_PER_MINUTE: '1000000' });
// The accent is one character or two: EasyPost signs with the decomposed form.
const secret = 'sécret of the carrier';
const carrier = await aConnector(database, { dialect: 'easypost', name: 'easypost', secret });
const shop = await aConnector(database, { dialect: 'facts', name: 'shop' });

const send = (what: unknown) => {
  const body = typeof what === 'string' ? what : JSON.stringify(what);
  return postHook(`${app.url}${carrier.path}`, signedByEasyPost(secret, body), body);
};
const counted = () => rowsNow(sql);

let count = 0;
const event = (result: object) => ({
  ...{ id: `evt_${(count += 1)}`, object: 'Event', description: 'tracker.updated', mode: 'test', status: 'pending' },
  result,
});
const detail = (status: string, minute: number, but: object = {}) => ({
  ...{ object: 'TrackingDetail', status, status_detail: 'status_update', message: `It is ${status}` },
  ...{
    datetime: `2026-11-20T10:${String(minute).padStart(2, '0')}:00Z`,
    tracking_location: { city: 'HOUSTON', state: 'TX' },
  },
  ...but,
});
const tracker = (tracking_code: string, details: object[], but: object = {}) => ({
  ...{ id: `trk_${tracking_code}`, object: 'Tracker', tracking_code, carrier: 'USPS', status: 'in_transit' },
  ...{ created_at: '2026-11-20T09:00:00Z', updated_at: '2026-11-20T12:00:00Z', tracking_details: details },
  ...but,
});

async function anOrderWith(trackingNumber: string) {
  const at = (minute: number) => `2026-11-20T09:0${minute}:00Z`;
  const line = { id: '1', sku: 'LAMP', quantity: 1, unitPriceMinor: 100 };
  const order = { number: trackingNumber };
  const facts = [
    {
      type: 'order.placed',
      id: `${trackingNumber}-1`,
      occurredAt: at(1),
      order,
      currency: 'EUR',
      totalMinor: 100,
      lines: [line],
    },
    {
      type: 'shipment.created',
      id: `${trackingNumber}-2`,
      occurredAt: at(2),
      order,
      shipment: { id: 's', trackingNumber },
    },
  ];
  const body = JSON.stringify({ facts });
  expect((await postHook(`${app.url}${shop.path}`, signed(shop.secret, body), body)).status).toBe(200);
}
const statusOf = async (trackingNumber: string) => {
  const [row] = await sql`
    select o.status, s.status as parcel, s.estimated_delivery_at from orders o join shipments s on s.order_id = o.id
    where s.tracking_number = ${trackingNumber}`;
  return row;
};

test('a tracker tells its details, their codes and the carrier’s words, each once, though every event brings them all', async () => {
  await anOrderWith('P1');
  const details = [detail('pre_transit', 1), detail('in_transit', 5), detail('out_for_delivery', 7)];
  const estimate = { est_delivery_date: '2026-11-21T18:00:00Z' };
  expect((await send(event(tracker('P1', details.slice(0, 2), estimate)))).body).toEqual({
    taken: 3,
    waiting: 0,
    quarantined: 0,
  });
  expect(await statusOf('P1')).toMatchObject({
    parcel: 'in_transit',
    estimatedDeliveryAt: new Date('2026-11-21T18:00:00Z'),
  });
  const later = event(tracker('P1', details, { status: 'out_for_delivery' }));
  await send(later);
  const rows = await counted();
  await send(later);
  await send(event(tracker('P1', details, { status: 'out_for_delivery' })));

  expect(await counted()).toEqual(rows);
  const scans = await sql`
    select status, reason_code, raw_status, place from tracking_events where tracking_number = 'P1' order by occurred_at`;
  const said = (status: string, raw: string) => ({
    ...{ status, reasonCode: 'status_update', rawStatus: `It is ${raw}`, place: 'HOUSTON, TX' },
  });
  expect([...scans]).toEqual([
    said('label_created', 'pre_transit'),
    said('in_transit', 'in_transit'),
    { status: 'in_transit', reasonCode: null, rawStatus: 'in_transit', place: 'HOUSTON, TX' },
    said('out_for_delivery', 'out_for_delivery'),
  ]);
});

test('E11: an older event does not move the parcel back, and a carrier’s local clock does not either', async () => {
  await anOrderWith('P2');
  const details = [detail('in_transit', 5), detail('delivered', 9)];
  const estimate = { est_delivery_date: '2026-11-21T18:00:00Z' };
  await send(event(tracker('P2', details, { status: 'delivered' })));
  await send(event(tracker('P2', details.slice(0, 1), estimate)));

  expect(await statusOf('P2')).toMatchObject({ status: 'delivered', parcel: 'delivered' });
});

test('a parcel that no shop has named yet waits for it', async () => {
  const early = tracker('P3', [detail('available_for_pickup', 5)], { status: 'available_for_pickup' });
  expect(await send(event(early))).toMatchObject({ status: 200, body: { taken: 1, waiting: 1, quarantined: 0 } });
  await anOrderWith('P3');
  expect(await statusOf('P3')).toMatchObject({ status: 'ready_for_pickup', parcel: 'ready_for_pickup' });
});

test.each<[string, unknown, number]>([
  ['cut short', JSON.stringify(event(tracker('P9', []))).slice(0, -9), 400],
  ['a list', '[]', 400],
  ['a tracker without a code', event({ ...tracker('P9', []), tracking_code: null }), 422],
  ['a tracker without a clock', event({ ...tracker('P9', []), created_at: null, updated_at: null }), 422],
  ['details that are none', event({ ...tracker('P9', []), tracking_details: 'none' }), 422],
  ['an impossible clock', event(tracker('P9', [detail('delivered', 1, { datetime: 'soon' })])), 422],
  ['a code with a NUL', event(tracker('P\0', [detail('delivered', 1)])), 422],
  [
    '5,001 details',
    event(
      tracker(
        'P9',
        Array.from({ length: 5_001 }, () => ({})),
      ),
    ),
    422,
  ],
])('%s is refused, and nothing of it is kept', async (_, what, status) => {
  const before = await contentNow(sql);
  expect((await send(what)).status).toBe(status);
  expect(await contentNow(sql)).toEqual(before);
});

test('events that are about something else, or say nothing, are answered and leave nothing', async () => {
  const before = await contentNow(sql);
  const nothing = [
    event({ object: 'Batch', id: 'batch_1' }),
    { object: 'Event', id: 'evt_x', description: 'payment.created' },
    event(tracker('P8', [], { status: 'unknown' })),
    event(tracker('P8', [detail('constructor', 1)], { status: 'toString' })),
  ];
  for (const one of nothing) expect(await send(one)).toMatchObject({ status: 200, body: { taken: 0, waiting: 0 } });
  expect(await contentNow(sql)).toEqual(before);
});

test('E1, E2: what is not signed by the secret over these bytes is let in nowhere', async () => {
  const body = JSON.stringify(event(tracker('P9', [detail('delivered', 1)])));
  const right = signedByEasyPost(secret, body);
  const signature = right['x-hmac-signature']!;
  const before = await contentNow(sql);
  for (const headers of [
    { 'content-type': 'application/json' },
    { ...right, 'x-hmac-signature': signature.slice('hmac-sha256-hex='.length) },
    { ...right, 'x-hmac-signature': signature.toUpperCase() },
    { ...right, 'x-hmac-signature': signature.slice(0, -1) },
    { ...right, 'x-hmac-signature': [signature, signature] },
    signedByEasyPost('another', body),
  ])
    expect((await postHook(`${app.url}${carrier.path}`, headers, body)).status).toBe(401);
  expect((await postHook(`${app.url}${carrier.path}`, right, `${body} `)).status).toBe(401);
  expect(await contentNow(sql)).toEqual(before);
});

const set = sampleSet('easypost');
describe.skipIf(set === null)('samples of easypost', () => {
  type Tracker = { id: string; object: string; status: string; tracking_details: unknown[] };
  /** Every recorded tracker, wherever it stands. */
  const samples: Tracker[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const one = value as Tracker;
    if (one.object === 'Tracker') samples.push(one);
    for (const inner of Object.values(value)) walk(inner);
  };
  for (const file of set === null ? [] : readdirSync(set).filter((name) => name.endsWith('.json')))
    walk(JSON.parse(readFileSync(join(set!, file), 'utf8')));

  test('every tracker is taken, and told again, bare or in an event, changes nothing', async () => {
    for (const one of samples) expect([one.id, (await send(event(one))).status]).toEqual([one.id, 200]);
    const rows = await counted();
    for (const one of samples) expect((await send(one)).status).toBe(200);

    expect(await counted()).toEqual(rows);
    const scans = await sql`
      select status, count(*)::int as n from tracking_events
      where tracking_number !~ '^P[0-9]$' group by status order by status`;
    expect({
      trackers: samples.length,
      scans: Object.fromEntries(scans.map(({ status, n }) => [status, n])),
    }).toMatchInlineSnapshot(`
        {
          "scans": {
            "delivered": 2,
            "exception": 2,
            "in_transit": 4,
            "label_created": 53,
            "out_for_delivery": 1,
          },
          "trackers": 46,
        }
      `);
  });
});
