import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { pino } from 'pino';
import { afterAll, beforeEach, expect, test } from 'vitest';

import { openOutboundHttp } from '../../src/channels/outbound/outbound-http.ts';
import { CONNECTORS } from '../../src/connectors/connectors.ts';
import { startPoller } from '../../src/live/poller.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { atomically } from '../../src/services/events/atomically.ts';
import { identifyCustomer } from '../../src/services/customers/identify-customer.ts';
import { connectorById } from '../../src/services/intake/read-connectors.ts';
import { readSource } from '../../src/services/intake/read-sources.ts';
import { setPoll, type PollSettings } from '../../src/services/intake/set-poll.ts';
import { findOrderByNumber } from '../../src/services/orders/read-orders.ts';
import { recordOrderFacts } from '../../src/services/orders/record-order-facts.ts';
import type { ConnectorId } from '../../src/values/ids.ts';
import type { Refusal } from '../../src/values/refusal.ts';
import { POLLED_DIALECTS } from '../../src/values/vocabulary.ts';
import { aConnector } from '../support/connectors.ts';
import { journalOf } from '../support/journal.ts';
import { at, factsOf } from '../support/orders.ts';
import { systemScope } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const given = await withDatabase();
const { database, sql } = given;
const installation = await readInstallation(sql);
const scope = () => systemScope(given);

/** The carrier: answers by tracking number as a test says, 404 otherwise; remembers who was asked about. */
const answers = new Map<string, Answer>();
let asked: string[] = [];
const server = createServer((request, response) => {
  const number = new URL(request.url!, 'http://carrier').searchParams.get('tracking_code')!;
  asked.push(number);
  const answer = answers.get(number);
  return answer ? answer(request, response) : void response.writeHead(404).end('{}');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
const http = openOutboundHttp({ allow: [place], isHttpAllowed: false, deadlineMs: 5_000 });
afterAll(async () => {
  await http.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** The poller with its queue in the hands of the tests: what is due is done when they say so. */
async function aPoller() {
  const work: ((job: { connectorId: ConnectorId }) => Promise<void>)[] = [];
  const begin: (() => Promise<void>)[] = [];
  await startPoller({
    ...{ database, installation, connectors: CONNECTORS, http, log: pino({ level: 'silent' }) },
    jobs: {
      recur: (_name, _times, once) => Promise.resolve(void begin.push(once)),
      work: (_queue, _workers, one) => {
        work.push(one as unknown as (typeof work)[number]);
        return Promise.resolve({ wake: () => undefined });
      },
    },
  });
  return async () => {
    await begin[0]!();
    const jobs = await sql<{ connectorId: ConnectorId }[]>`
      delete from pgboss.job where name = 'poll-carriers' returning data ->> 'connectorId' as connector_id`;
    for (const job of jobs) await work[0]!(job);
    return jobs.length;
  };
}

let count = 0;
async function aCarrier(but: Partial<PollSettings> = {}) {
  const name = `carrier-${(count += 1)}`;
  const { id } = await aConnector(given, { dialect: 'easypost', name, secret: 'webhook secret' });
  const settings = { url: `http://${place}/`, key: `key-${name}`, everySeconds: 3_600, carriers: [name], ...but };
  await atomically(scope(), (tx) => setPoll(tx, installation, id, settings));
  return { id, name };
}
async function aParcel(carrier: string) {
  const number = `Q${(count += 1)}`;
  const { customerId } = await atomically(scope(), (tx) =>
    identifyCustomer(tx, { kind: 'email', value: `buyer${count}@example.com`, source: 'shop' }),
  );
  const facts = factsOf(number, customerId);
  await recordOrderFacts(scope(), [facts.placed(), facts.shipped({ carrier: carrier.toUpperCase() })]);
  return { number, tracking: `T-${number}` };
}
const tracker = (tracking_code: string, status: string) => ({
  ...{ id: `trk_${tracking_code}`, object: 'Tracker', tracking_code, status, created_at: at('11:00').toISOString() },
  ...{ updated_at: at('12:00').toISOString(), est_delivery_date: null },
  tracking_details: [{ status, message: `It is ${status}`, datetime: at('12:00').toISOString() }],
});
const says = (number: string, ...statuses: string[]) =>
  answers.set(number, (_, response) =>
    response.end(JSON.stringify({ trackers: statuses.map((status) => tracker(number, status)), has_more: false })),
  );
const fails = (number: string, status: number, headers: Record<string, string> = {}) =>
  answers.set(number, (_, response) => void response.writeHead(status, headers).end('down'));
const pollOf = async (id: string) => (await connectorById(scope(), id))!.poll!;
const isDue = (id: string) => sql`update polls set next_at = now() - interval '1 second' where connector_id = ${id}`;
const told = async (name: string) => (await journalOf(sql, `source:tracking:${name}`)).map(({ type }) => type);

beforeEach(async () => {
  await sql`update polls set next_at = now() + interval '1 day'`;
  answers.clear();
  asked = [];
});

test('the dialects that can be asked are those that say so', () => {
  expect(CONNECTORS.filter(({ poll }) => poll).map(({ name }) => name)).toEqual(POLLED_DIALECTS);
});

test('a carrier is asked about each parcel of its own on its way, with its key, and the order follows', async () => {
  const round = await aPoller();
  const { id, name } = await aCarrier();
  const [ours, theirs] = [await aParcel(name), await aParcel('another')];
  let key = '';
  answers.set(ours.tracking, (request, response) => {
    key = Buffer.from(request.headers.authorization!.slice('Basic '.length), 'base64').toString();
    const trackers = [tracker(ours.tracking, 'available_for_pickup'), tracker(theirs.tracking, 'delivered')];
    response.end(JSON.stringify({ trackers }));
  });

  expect(await round()).toBe(1);
  expect(await round()).toBe(0);

  expect(asked).toEqual([ours.tracking]);
  expect(key).toBe(`key-${name}:`);
  expect(await findOrderByNumber(scope(), ours.number)).toMatchObject({
    status: 'ready_for_pickup',
    statusSource: name,
  });
  expect(await findOrderByNumber(scope(), theirs.number)).toMatchObject({ status: 'processed' });
  const { askedAt, nextAt, failures } = await pollOf(id);
  expect([nextAt.getTime() - askedAt!.getTime(), failures]).toEqual([3_600_000, 0]);
});

test('whom it answered about is not asked about again before the time, nor what arrived', async () => {
  const round = await aPoller();
  const { id, name } = await aCarrier();
  const [one, other] = [await aParcel(name), await aParcel(name)];
  says(one.tracking, 'in_transit');
  says(other.tracking, 'delivered');
  await round();
  await isDue(id);
  await round();
  expect(asked.toSorted()).toEqual([one.tracking, other.tracking]);

  await sql`update polled_parcels set asked_at = now() - interval '1 hour' where connector_id = ${id}`;
  await isDue(id);
  await round();

  expect(asked.slice(2)).toEqual([one.tracking]);
});

test('the same answer twice is one event', async () => {
  const round = await aPoller();
  const { id, name } = await aCarrier();
  const { tracking } = await aParcel(name);
  says(tracking, 'in_transit');
  for (let turn = 0; turn < 3; turn += 1) {
    await sql`delete from polled_parcels where connector_id = ${id}`;
    await isDue(id);
    await round();
  }

  expect(asked).toHaveLength(3);
  expect(await sql`select status from tracking_events where tracking_number = ${tracking}`).toEqual([
    { status: 'in_transit' },
  ]);
});

test('a carrier that fails is asked ever later, is stale as if it were silent, and recovers with its first answer', async () => {
  const round = await aPoller();
  const { id, name } = await aCarrier();
  const { number, tracking } = await aParcel(name);
  fails(tracking, 500);
  const pauses: number[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    await isDue(id);
    await round();
    const { askedAt, nextAt } = await pollOf(id);
    pauses.push((nextAt.getTime() - askedAt!.getTime()) / 1_000);
  }

  for (const [turn, pause] of pauses.entries()) {
    expect(pause).toBeGreaterThanOrEqual(30 * 2 ** turn * 0.75 - 0.01);
    expect(pause).toBeLessThanOrEqual(30 * 2 ** turn * 1.25 + 0.01);
  }
  expect(await pollOf(id)).toMatchObject({ failures: 4 });
  expect((await readSource(scope(), 'tracking', name))!.staleSince).not.toBeNull();
  says(tracking, 'in_transit');
  await isDue(id);
  await round();
  expect(await findOrderByNumber(scope(), number)).toMatchObject({ status: 'in_transit' });
  expect(await pollOf(id)).toMatchObject({ failures: 0 });
  expect(await told(name)).toEqual(['source.stale', 'source.recovered']);
});

test('a carrier that is down is left alone after five failures in a row, and keeps no other one waiting', async () => {
  const round = await aPoller();
  const [down, up] = [await aCarrier(), await aCarrier()];
  for (let parcel = 0; parcel < 8; parcel += 1) fails((await aParcel(down.name)).tracking, 503);
  const { number, tracking } = await aParcel(up.name);
  says(tracking, 'out_for_delivery');

  expect(await round()).toBe(2);

  expect(asked.filter((one) => one !== tracking)).toHaveLength(5);
  expect(await findOrderByNumber(scope(), number)).toMatchObject({ status: 'in_transit' });
});

test('a carrier that asks for a pause gets it', async () => {
  const round = await aPoller();
  const { id, name } = await aCarrier();
  for (let parcel = 0; parcel < 3; parcel += 1) fails((await aParcel(name)).tracking, 429, { 'retry-after': '1800' });

  await round();

  expect(asked).toHaveLength(1);
  const { askedAt, nextAt } = await pollOf(id);
  expect(nextAt.getTime() - askedAt!.getTime()).toBe(1_800_000);
});

test.each<[string, Answer]>([
  ['no JSON', (_, response) => response.end('<html>')],
  ['another shape', (_, response) => response.end('{"trackers":{"a":1}}')],
  ['more than we read', (_, response) => response.end(Buffer.alloc(5_000_000, ' '))],
  [
    'a redirect to somebody who would learn the key',
    (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  ],
])('an answer with %s changes nothing and stands before no other parcel', async (_, answer) => {
  const round = await aPoller();
  const { id, name } = await aCarrier();
  const [odd, fine] = [await aParcel(name), await aParcel(name)];
  answers.set(odd.tracking, answer);
  says(fine.tracking, 'in_transit');

  await round();

  expect(asked).toEqual([odd.tracking, fine.tracking]);
  expect(await findOrderByNumber(scope(), odd.number)).toMatchObject({ status: 'processed' });
  expect(await findOrderByNumber(scope(), fine.number)).toMatchObject({ status: 'in_transit' });
  expect(await pollOf(id)).toMatchObject({ failures: 0 });
});

test('who is asked no more is not asked', async () => {
  const round = await aPoller();
  const { id, name } = await aCarrier();
  await aParcel(name);
  await atomically(scope(), (tx) => setPoll(tx, installation, id, null));

  expect(await round()).toBe(0);

  expect((await connectorById(scope(), id))!.poll).toBeNull();
  expect(asked).toEqual([]);
});

test.each<[string, Partial<PollSettings>]>([
  ['a scheme that is none of the web', { url: 'file:///etc/passwd' }],
  ['a password in the address', { url: 'https://user:pass@carrier.example' }],
  ['a query in the address', { url: 'https://carrier.example/?key=1' }],
  ['a line break in the key', { key: 'a\r\nhost: b' }],
  ['no key', { key: '' }],
  ['every second', { everySeconds: 1 }],
  ['more carriers than there are', { carriers: Array.from({ length: 51 }, (_, i) => `c${i}`) }],
])('asking with %s is refused, and nothing is kept', async (_, but) => {
  const { id } = await aConnector(given, {
    dialect: 'easypost',
    name: `refused-${(count += 1)}`,
    secret: 'webhook secret',
  });
  const settings = { url: 'https://carrier.example', key: 'k', everySeconds: 3_600, carriers: [], ...but };

  const refused = await atomically(scope(), (tx) => setPoll(tx, installation, id, settings)).catch((e: unknown) => e);

  expect((refused as Refusal).code).toBe('INVALID_INPUT');
  expect((await connectorById(scope(), id))!.poll).toBeNull();
});

test('a shop that calls by itself is not asked', async () => {
  const { id } = await aConnector(given, { dialect: 'shopify', name: 'a-shop', secret: 'webhook secret' });
  const settings = { url: 'https://shop.example', key: 'k', everySeconds: 3_600, carriers: [] };

  await expect(atomically(scope(), (tx) => setPoll(tx, installation, id, settings))).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    field: ['id'],
  });
});
