import { expect, test } from 'vitest';

import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { stream } from '../../src/services/events/fact.ts';
import { revokeApiKey } from '../../src/services/access/revoke-viewer.ts';
import { newId } from '../../src/values/ids.ts';
import { EventStream } from '../support/event-stream.ts';
import { aScope } from '../support/scopes.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database, { MAX_SOCKETS_PER_PRINCIPAL: '4' });
const supervisor = await aKey(database, 'supervisor');

const customerId = newId('customer');
await database.sql`insert into customers (id, created_at, updated_at) values (${customerId}, now(), now())`;
const query =
  'subscription ($id: ID!, $after: String) { contextPackets(customerId: $id, after: $after) { cursor packet { version } } }';
const watch = { query, variables: { id: customerId } };

/** Null: a checkpoint. */
const versionIn = (data: unknown): number | null =>
  (data as { data: { contextPackets: { packet: { version: number } | null } } }).data.contextPackets.packet?.version ??
  null;

const touch = () =>
  atomically(aScope(database.database), (tx) => {
    recordFact(tx, { type: 'customer.updated', streams: [stream.customer(customerId)] });
    return Promise.resolve();
  });

test('packets come with their cursor as id, and the last id resumes', async () => {
  const first = await EventStream.open(app.url, supervisor.secret, watch);
  expect(first.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(first.response.headers.get('cache-control')).toBe('no-store');
  await first.until(() => first.events.length > 0);
  await touch();
  await first.until(() => first.events.length > 1);
  const last = first.events.at(-1)!;
  expect(last.id).toBe((last.data as { data: { contextPackets: { cursor: string } } }).data.contextPackets.cursor);
  first.close();

  const resumed = await EventStream.open(app.url, supervisor.secret, watch, { 'last-event-id': last.id! });
  await resumed.until(() => resumed.events.length > 0);
  expect(resumed.events[0]).toMatchObject({
    event: 'next',
    data: { data: { contextPackets: { packet: { version: 1 } } } },
  });
  resumed.close();
});

test('D17: a place that is none of ours is refused', async () => {
  const broken = await EventStream.open(app.url, supervisor.secret, watch, { 'last-event-id': 'nonsense' });
  await broken.ended;
  expect(broken.events).toMatchObject([
    { event: 'next', data: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } },
    { event: 'complete' },
  ]);
});

test('queries are answered once', async () => {
  const once = await EventStream.open(app.url, supervisor.secret, { query: '{ viewer { principal } }' });
  await once.ended;
  expect(once.events).toMatchObject([
    { event: 'next', data: { data: { viewer: { principal: supervisor.id } } } },
    { event: 'complete' },
  ]);
});

test('without a key there is no stream', async () => {
  const refused = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify(watch),
  });
  expect(refused.status).toBe(401);
  expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});

test('D9: a key holds only so many streams, and gets its places back', async () => {
  const key = await aKey(database, 'supervisor');
  const open = await Promise.all(Array.from({ length: 4 }, () => EventStream.open(app.url, key.secret, watch)));
  const fifth = await EventStream.open(app.url, key.secret, watch);
  expect(fifth.response.status).toBe(429);

  for (const each of open) each.close();
  await expect
    .poll(async () => {
      const again = await EventStream.open(app.url, key.secret, watch);
      again.close();
      return again.response.status;
    })
    .toBe(200);
});

test(
  'C15, C16: a revoked key sees nothing of what comes after, whatever is being read at that moment',
  { repeats: 9 },
  async () => {
    const key = await aKey(database, 'supervisor');
    const watching = await EventStream.open(app.url, key.secret, watch);
    await watching.until(() => watching.events.length > 0);

    await revokeApiKey(systemScope(database), key.id);
    const [before] = await database.sql<{ version: number }[]>`
    select version from stream_heads where stream = ${stream.customer(customerId)}`;
    await touch();
    await watching.ended;

    // What was on its way by then may still have come.
    const versions = watching.events.flatMap(({ id, data }) => (id === undefined ? [] : (versionIn(data) ?? [])));
    expect(Math.max(...versions)).toBe(before!.version);
  },
);

test('D15: a stopping server tells its streams when to come back', async () => {
  const other = await withApp(database);
  const watching = await EventStream.open(other.url, supervisor.secret, watch);
  await watching.until(() => watching.events.length > 0);

  await other.close();
  await watching.ended;

  expect(watching.text).toMatch(/retry: \d+\n\n$/);
  expect(watching.events.every(({ event }) => event !== 'complete')).toBe(true);
});
