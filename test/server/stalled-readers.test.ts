import { expect, test } from 'vitest';

import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { stream } from '../../src/services/events/fact.ts';
import { receiveMessage } from '../../src/services/intake/receive-message.ts';
import { aScope } from '../support/scopes.ts';
import { RawSocket } from '../support/socket.ts';
import { SocketReader } from '../support/socket-reader.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { subscriptionCount } from '../support/subscription-count.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const STALLED = 100;
const HEALTHY = 20;

const database = await withDatabase();
const app = await withApp(database, {
  STALLED_READER_MS: '1000',
  MAX_SOCKETS_PER_PRINCIPAL: '500',
  MAX_COST: '1000000',
  RATE_COST_BURST: '10000000',
});
const supervisor = await aKey(database, 'supervisor');
const scope = aScope(database.database);
const inbox = await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat', market: 'FI' });
const write = (number: number) =>
  receiveMessage(scope, {
    inbox: inbox.id,
    sender: { kind: 'email', value: 'somebody@example.com' },
    externalId: `m${number}`,
    text: 'x'.repeat(4_000),
    occurredAt: scope.now,
  });
const { customerId } = await write(0);
for (let number = 1; number < 5; number += 1) await write(number);
// Everything ten times makes a packet of 200 KB: what the kernel holds for a peer is full soon.
const TEN_TIMES = Array.from({ length: 10 }, (_, i) => `a${i}: conversations { messages { text } }`).join(' ');
const document = `subscription ($id: ID!, $after: String) { contextPackets(customerId: $id, after: $after) { cursor packet { version ${TEN_TIMES} } } }`;

const touch = () =>
  atomically(aScope(database.database), (tx) => {
    recordFact(tx, { type: 'customer.updated', streams: [stream.customer(customerId)] });
    return Promise.resolve();
  });

/** As clients do: a server that is busy with others is asked again. */
const connected = () =>
  until(
    () => new RawSocket(app.socketUrl).connected(supervisor.secret).catch(() => null),
    (socket) => socket !== null,
  ) as Promise<RawSocket>;

interface Payload {
  cursor: string;
  packet: { version: number } | null;
}

test('D14: a hundred readers who take nothing are told to resume, and nobody else notices', async () => {
  const healthy = Array.from(
    { length: HEALTHY },
    () =>
      new SocketReader<Payload>({
        url: () => app.url,
        secret: supervisor.secret,
        asked: { field: 'contextPackets', document, variables: { id: customerId } },
      }),
  );
  await Promise.all(healthy.map((reader) => reader.open()));
  const stalled = await Promise.all(
    Array.from({ length: STALLED }, async () => {
      const socket = await connected();
      socket.subscribe('1', document, { id: customerId });
      await socket.until(() => socket.of('1').length > 0);
      socket.socket.pause();
      return socket;
    }),
  );
  const subscriptions = () => subscriptionCount(app.url);
  expect(await subscriptions()).toBe(HEALTHY + STALLED);
  const before = process.memoryUsage.rss();
  let most = before;

  const first = healthy[0]!.payloads[0]!.packet!.version;
  let version = first;
  let firstToldAt = Infinity;
  for (let left = HEALTHY + STALLED; left > HEALTHY; left = await subscriptions()) {
    if (left < HEALTHY + STALLED) firstToldAt = Math.min(firstToldAt, performance.now());
    await touch();
    version += 1;
    most = Math.max(most, process.memoryUsage.rss());
    await until(
      () => Math.min(...healthy.map(({ payloads }) => payloads.at(-1)!.packet?.version ?? 0)),
      (least) => least >= version,
    );
  }

  // What was sent before they fell behind, then the goodbye.
  for (const { socket } of stalled) socket.resume();
  const closed = await Promise.all(stalled.map((socket) => socket.untilClosed()));
  // The goodbye waits for 20 s: on a machine on which the last one falls behind that much later the first ones are cut off.
  const isInTime = performance.now() - firstToldAt < 15_000;
  const told = closed.filter(({ code }) => code === 1013 || (!isInTime && code === 1006));
  expect(told).toHaveLength(STALLED);
  expect(healthy.flatMap(({ endings }) => endings)).toEqual([]);
  for (const { payloads } of healthy) {
    const versions = payloads.flatMap(({ packet }) => (packet ? [packet.version] : []));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
  }
  console.log(
    `${STALLED} stalled, ${version - first} packets of 200 KB: at most ${Math.round((most - before) / 2 ** 20)} MB more`,
  );
  await Promise.all(healthy.map((reader) => reader.close()));
});

test('D14: who was told to resume goes on behind its last cursor', async () => {
  const socket = await connected();
  socket.subscribe('1', document, { id: customerId });
  await socket.until(() => socket.of('1').length > 0);
  const first = socket.of('1')[0] as unknown as { payload: { data: { contextPackets: Payload } } };
  const { cursor, packet } = first.payload.data.contextPackets;
  socket.socket.terminate();
  await touch();

  const again = await connected();
  again.subscribe(
    '1',
    'subscription ($id: ID!, $after: String) { contextPackets(customerId: $id, after: $after) { packet { version causes { type } } } }',
    { id: customerId, after: cursor },
  );
  await again.until(() => again.of('1').length > 0);
  expect(again.of('1')[0]).toMatchObject({
    payload: {
      data: { contextPackets: { packet: { version: packet!.version + 1, causes: [{ type: 'CUSTOMER_UPDATED' }] } } },
    },
  });
  again.close();
});
