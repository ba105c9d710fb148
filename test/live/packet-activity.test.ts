import { pino } from 'pino';
import { afterAll, expect, test } from 'vitest';

import { openLiveEdge } from '../../src/live/live-edge.ts';
import { SUBSCRIPTIONS } from '../../src/resolvers/subscriptions.ts';
import type { ToldActivity } from '../../src/services/activity/activity.ts';
import { recordActivities } from '../../src/services/activity/record-activities.ts';
import { identifyCustomer } from '../../src/services/customers/identify-customer.ts';
import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { stream } from '../../src/services/events/fact.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import type { ContextSection, ContextState } from '../../src/values/context-packet.ts';
import type { CustomerId } from '../../src/values/ids.ts';
import { journalOf } from '../support/journal.ts';
import { aScope, aViewer } from '../support/scopes.ts';
import { SinkReader } from '../support/sink-reader.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const installation = await readInstallation(sql);
const open = () =>
  openLiveEdge({
    ...{ database, installation, subscriptions: SUBSCRIPTIONS, log: pino({ level: 'silent' }) },
    ...{ checkpointIntervalMs: 60_000, stalledReaderMs: 10_000, onViewerEvent: () => undefined },
  });
const [edge, other] = await Promise.all([open(), open()]);
afterAll(() => Promise.all([edge.close(), other.close()]));

const scope = aScope(database);

interface Payload {
  cursor: string;
  packet: (ContextState & { changed: ContextSection[]; causes: { type: string }[] }) | null;
}

class Reader extends SinkReader<Payload> {
  constructor(customerId: string) {
    const viewer = aViewer('agent');
    super({ field: 'contextPackets', args: { customerId }, viewer, shareKey: customerId });
  }
  get packets() {
    return this.payloads.flatMap(({ packet }) => (packet ? [packet] : []));
  }
  get urls() {
    return this.packets.at(-1)?.browsing.map(({ url }) => url) ?? [];
  }
}

let count = 0;
const aCustomer = async () => {
  const { customerId } = await atomically(scope, (tx) =>
    identifyCustomer(tx, { kind: 'visitor_id', value: `v${(count += 1)}`, source: 'test' }),
  );
  return customerId;
};
const visits = (customerId: CustomerId, ...urls: string[]): ToldActivity[] =>
  urls.map((url, i) => ({ customerId, source: 'shop', occurredAt: new Date(scope.now.getTime() + i), visit: { url } }));
const told = async (customerId: string) =>
  (await journalOf(sql, stream.customer(customerId))).filter(({ type }) => type === 'activity.recorded').length;
const watches = async (customerId: string) =>
  (await sql`select 1 from packet_watches where customer_id = ${customerId}`).length;

async function watching(customerId: string, by = edge) {
  const reader = new Reader(customerId);
  const running = await by.open(reader.operation, reader);
  await until(
    () => reader.packets.length,
    (packets) => packets > 0,
  );
  return { reader, running };
}

test('a watcher is sent the packet after a batch, with one cause for all of it', async () => {
  const customerId = await aCustomer();
  const { reader } = await watching(customerId);

  await recordActivities(scope, visits(customerId, '/1', '/2', '/3'));

  await until(
    () => reader.urls,
    (urls) => urls.length === 3,
  );
  expect(reader.urls).toEqual(['/3', '/2', '/1']);
  expect(reader.packets.at(-1)).toMatchObject({
    causes: [{ type: 'activity.recorded' }],
    changed: ['basket', 'browsing', 'reviews', 'stock'],
  });
});

test('a watcher on any process is sent it, and when the last one leaves the journal hears no more of it', async () => {
  const customerId = await aCustomer();
  const [here, there] = [await watching(customerId), await watching(customerId, other)];
  expect(await watches(customerId)).toBe(2);

  await recordActivities(scope, visits(customerId, '/both'));
  await until(() => [here, there].every(({ reader }) => reader.urls.length === 1), Boolean);
  here.running.close();
  await until(
    () => watches(customerId),
    (left) => left === 1,
  );
  await recordActivities(scope, visits(customerId, '/there'));
  await until(
    () => there.reader.urls,
    (urls) => urls.includes('/there'),
  );
  there.running.close();
  await until(
    () => watches(customerId),
    (left) => left === 0,
  );
  await recordActivities(scope, visits(customerId, '/nobody'));

  expect(await told(customerId)).toBe(2);
  expect(here.reader.urls).toEqual(['/both']);
});

test('a batch that looked for watchers before this one and commits after its first packet still reaches it', async () => {
  const customerId = await aCustomer();
  const gate = Promise.withResolvers<void>();
  const looked = Promise.withResolvers<void>();
  const recording = atomically(scope, async (tx) => {
    await recordActivities(tx, visits(customerId, '/in-flight'));
    looked.resolve();
    await gate.promise;
  });
  await looked.promise;

  const { reader } = await watching(customerId);
  expect(reader.urls).toEqual([]);
  gate.resolve();
  await recording;

  await until(
    () => reader.urls,
    (urls) => urls.length === 1,
  );
  expect(await told(customerId)).toBe(0);
  expect(reader.packets.at(-1)).toMatchObject({ causes: [], browsing: [{ url: '/in-flight' }] });
});

test('the same batch that did something else changes nothing for the watcher', async () => {
  const [customerId, another] = [await aCustomer(), await aCustomer()];
  const gate = Promise.withResolvers<void>();
  const looked = Promise.withResolvers<void>();
  const recording = atomically(scope, async (tx) => {
    await recordActivities(tx, visits(another, '/elsewhere'));
    looked.resolve();
    await gate.promise;
  });
  await looked.promise;
  const { reader } = await watching(customerId);
  gate.resolve();
  await recording;

  await recordActivities(scope, visits(customerId, '/1'));

  await until(
    () => reader.urls,
    (urls) => urls.length === 1,
  );
  // The second look may be late enough to find the visit before its event is there.
  expect(reader.packets.filter(({ browsing }) => browsing.length === 0)).toHaveLength(1);
});

test('who becomes one person with the watched one is watched from then on', async () => {
  const [customerId, visitor] = [await aCustomer(), await aCustomer()];
  const { reader } = await watching(customerId);
  await recordActivities(scope, visits(visitor, '/before'));

  await atomically(scope, async (tx) => {
    await tx.db
      .sql`insert into person_links (member_id, person_id, linked_at) values (${visitor}, ${customerId}, now())`;
    recordFact(tx, { type: 'customer.updated', streams: [stream.customer(customerId), stream.customer(visitor)] });
  });
  await until(
    () => reader.urls,
    (urls) => urls.length === 1,
  );
  await until(
    () => watches(visitor),
    (held) => held === 1,
  );
  await recordActivities(scope, visits(visitor, '/after'));

  await until(
    () => reader.urls,
    (urls) => urls.length === 2,
  );
});
