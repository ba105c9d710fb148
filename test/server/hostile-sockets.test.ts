import { afterEach, describe, expect, test, vi } from 'vitest';

import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { encodeCursor, placeAt } from '../../src/services/events/cursor.ts';
import { stream } from '../../src/services/events/fact.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { readSnapshot } from '../../src/services/events/read-events.ts';
import { newId } from '../../src/values/ids.ts';
import { EventStream } from '../support/event-stream.ts';
import { aFaultWire } from '../support/fault-wire.ts';
import { aScope } from '../support/scopes.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { subscriptionCount } from '../support/subscription-count.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const app = await withApp(database, { MAX_SOCKETS_PER_PRINCIPAL: '200', RATE_COST_BURST: '20000' });
const supervisor = await aKey(database, 'supervisor');
const customerId = newId('customer');
await sql`insert into customers (id, created_at, updated_at) values (${customerId}, now(), now())`;
const PACKETS =
  'subscription ($id: ID!, $after: String) { contextPackets(customerId: $id, after: $after) { cursor packet { version causes { type } } } }';
const watch = { id: customerId };

const open: RawSocket[] = [];
const aSocket = (...given: ConstructorParameters<typeof RawSocket> extends [string, ...infer Rest] ? Rest : never) => {
  const socket = new RawSocket(app.socketUrl, ...given);
  open.push(socket);
  return socket;
};
afterEach(async () => {
  for (const socket of open.splice(0)) {
    socket.socket.terminate();
    await socket.untilClosed();
  }
});

const touch = () =>
  atomically(aScope(database.database), (tx) => {
    recordFact(tx, { type: 'customer.updated', streams: [stream.customer(customerId)] });
    return Promise.resolve();
  });
const subscriptions = () => subscriptionCount(app.url);
const codeOf = (socket: RawSocket, id: string) =>
  (socket.of(id)[0] as unknown as { payload: { extensions: { code: string } }[] }).payload[0]!.extensions.code;
/** The server still answers on this socket. */
async function stillAnswers(socket: RawSocket): Promise<void> {
  const id = `still ${Math.random()}`;
  socket.subscribe(id, '{ viewer { principal } }');
  await socket.until(() => socket.of(id).length === 2);
}

describe('D7: frames', () => {
  test('in pieces that together are over the limit close the socket', async () => {
    const socket = await aSocket().connected(supervisor.secret);
    const piece = 'x'.repeat(1_000);
    for (let i = 0; i < 100; i += 1) socket.socket.send(piece, { fin: false });
    expect(await socket.untilClosed()).toMatchObject({ code: 1009 });
  });

  test('in a hundred empty pieces are one message', async () => {
    const socket = await aSocket().connected(supervisor.secret);
    const text = JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ viewer { principal } }' } });
    for (let i = 0; i < 100; i += 1) socket.socket.send('', { fin: false });
    socket.socket.send(text, { fin: true });
    await socket.until(() => socket.of('1').length === 2);
  });
});

describe('D10: a thousand subscriptions that are completed at once', () => {
  test(
    'leave nothing running, and spend the budget of their key like any other request',
    { timeout: 60_000 },
    async () => {
      const key = await aKey(database, 'supervisor');
      const small = await withApp(database, { MAX_COST: '200', RATE_COST_BURST: '500', RATE_COST_PER_SECOND: '1' });
      const socket = new RawSocket(small.socketUrl);
      open.push(socket);
      await socket.connected(key.secret);
      for (let i = 0; i < 1_000; i += 1) {
        socket.subscribe(`s${i}`, PACKETS, watch);
        socket.send({ id: `s${i}`, type: 'complete' });
      }
      // Completed ones are not told anything: the last is left to be answered.
      socket.subscribe('last', PACKETS, watch);
      await socket.until(() => socket.of('last').length > 0);

      expect(codeOf(socket, 'last')).toBe('RATE_LIMITED');
      await until(
        () => subscriptionCount(small.url),
        (count) => count === 0,
      );
    },
  );
});

describe('D11: pings', () => {
  test('are answered in both of their forms, and nothing else waits for them', async () => {
    const socket = await aSocket().connected(supervisor.secret);
    let pongs = 0;
    socket.socket.on('pong', () => (pongs += 1));
    for (let i = 0; i < 25; i += 1) {
      socket.send({ type: 'ping' });
      socket.socket.ping();
    }
    await stillAnswers(socket);
    await socket.until(() => socket.frames.filter(({ type }) => type === 'pong').length === 25);
    await until(
      () => pongs,
      (count) => count === 25,
    );
  });

  test('of a peer that never reads the answers do not fill the memory: it is closed', { timeout: 60_000 }, async () => {
    const socket = await aSocket().connected(supervisor.secret);
    socket.socket.pause();
    const ping = { type: 'ping', payload: { text: 'x'.repeat(60_000) } };
    let isClosed = false;
    socket.socket.on('close', () => (isClosed = true));
    for (let i = 0; i < 2_000 && !isClosed && socket.socket.readyState === socket.socket.OPEN; i += 1) {
      socket.send(ping);
      if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    socket.socket.resume();
    const { code } = await socket.untilClosed(30_000);
    expect([1013, 1006]).toContain(code);
    expect(socket.frames.filter(({ type }) => type === 'pong').length).toBeLessThan(1_900);
  });

  test('through a wire that swallows everything: the server has let go of the socket after two of them', async () => {
    const wire = await aFaultWire(Number(new URL(app.url).port));
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const key = await aKey(database, 'supervisor');
      const half = new RawSocket(`ws://127.0.0.1:${wire.port}`);
      open.push(half);
      await half.connected(key.secret);
      half.subscribe('1', PACKETS, watch);
      await half.until(() => half.of('1').length > 0);
      const before = await subscriptions();
      expect(before).toBeGreaterThan(0);

      wire.mode = 'blackhole';
      let passedSeconds = 0;
      const held = await until(
        async () => {
          vi.advanceTimersByTime(1_000);
          passedSeconds += 1;
          return subscriptions();
        },
        (count) => count < before,
      );
      console.log(`D11: a half-open socket was let go after ${passedSeconds} s`);
      expect(held).toBe(before - 1);
      expect(passedSeconds).toBeLessThanOrEqual(45);
    } finally {
      vi.useRealTimers();
      await wire.close();
    }
  });

  test('without an answer end a half-open socket, and no other', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const dead = await aSocket('graphql-transport-ws', { autoPong: false }).connected(supervisor.secret);
      const alive = await aSocket().connected(supervisor.secret);
      let pings = 0;
      for (const { socket } of [dead, alive]) socket.on('ping', () => (pings += 1));

      vi.advanceTimersByTime(12_000);
      await until(
        () => pings,
        (count) => count === 2,
      );
      await stillAnswers(alive);
      expect([dead.closed, alive.closed]).toEqual([null, null]);
      vi.advanceTimersByTime(12_000);

      expect(await dead.untilClosed()).toMatchObject({ code: 1006 });
      await stillAnswers(alive);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('D12: a subscription that is over before it began', () => {
  test('by its completion or by the end of its socket leaves nothing running', async () => {
    const key = await aKey(database, 'supervisor');
    const staying = await aSocket().connected(key.secret);
    staying.subscribe('stays', PACKETS, watch);
    await staying.until(() => staying.of('stays').length > 0);

    for (let i = 0; i < 40; i += 1) {
      staying.subscribe(`c${i}`, PACKETS, watch);
      staying.send({ id: `c${i}`, type: 'complete' });
    }
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const socket = await aSocket().connected(key.secret);
        for (let i = 0; i < 5; i += 1) socket.subscribe(`s${i}`, PACKETS, watch);
        await new Promise<void>((resolve) => socket.socket.send('{"type":"ping"}', () => resolve()));
        socket.socket.terminate();
      }),
    );
    const stream = await EventStream.open(app.url, key.secret, { query: PACKETS, variables: watch });
    stream.close();

    await until(subscriptions, (count) => count === 1);
    await stillAnswers(staying);
  });
});

describe('D13: a mutation over the socket', () => {
  test('has one effect however often it comes with its key, over any transport', async () => {
    const admin = await aKey(database, 'admin');
    const mutation = `mutation { apiKeyCreate(idempotencyKey: "d13", input: { name: "d13", role: BOT }) { apiKey { id } secret userErrors { code } } }`;
    const socket = await aSocket().connected(admin.secret);
    for (const id of ['1', '2', '3']) socket.subscribe(id, mutation);
    await socket.until(() => ['1', '2', '3'].every((id) => socket.of(id).length === 2));
    const stream = await EventStream.open(app.url, admin.secret, { query: mutation });
    await stream.ended;

    const rows = await sql<{ id: string }[]>`select id from api_keys where name = 'd13'`;
    expect(rows).toHaveLength(1);
    const ids = ['1', '2', '3'].map(
      (id) =>
        (socket.of(id)[0] as unknown as { payload: { data: { apiKeyCreate: { apiKey: { id: string } } } } }).payload
          .data.apiKeyCreate.apiKey.id,
    );
    expect(
      new Set([
        ...ids,
        (stream.events[0]!.data as { data: { apiKeyCreate: { apiKey: { id: string } } } }).data.apiKeyCreate.apiKey.id,
      ]),
    ).toEqual(new Set([rows[0]!.id]));
  });
});

describe('a place', () => {
  test('D16: before the retention is expired, on every transport, and no stream begins', async () => {
    const after = encodeCursor(await readInstallation(sql), placeAt(await readSnapshot(sql)));
    await touch();
    await sql`update installation set pruned_xid = pg_current_xact_id()`;
    try {
      const socket = await aSocket().connected(supervisor.secret);
      socket.subscribe('1', PACKETS, { ...watch, after });
      await socket.until(() => socket.of('1').length > 0);
      expect(codeOf(socket, '1')).toBe('CURSOR_EXPIRED');
      const streamed = await EventStream.open(
        app.url,
        supervisor.secret,
        { query: PACKETS, variables: watch },
        { 'last-event-id': after },
      );
      await streamed.ended;
      expect(streamed.events).toMatchObject([
        { event: 'next', data: { errors: [{ extensions: { code: 'CURSOR_EXPIRED' } }] } },
        { event: 'complete' },
      ]);
    } finally {
      await sql`update installation set pruned_xid = '0'`;
    }
  });

  test('D17: from the future, or of another database, is refused', async () => {
    const installation = await readInstallation(sql);
    const now = await readSnapshot(sql);
    const xmax = now.xmax + 1_000_000n;
    const future = encodeCursor(installation, placeAt({ ...now, xmax, text: `${now.xmin}:${xmax}:` }));
    const foreign = encodeCursor({ ...installation, epoch: 'another' }, placeAt(now));
    const socket = await aSocket().connected(supervisor.secret);
    socket.subscribe('future', PACKETS, { ...watch, after: future });
    socket.subscribe('foreign', PACKETS, { ...watch, after: foreign });
    await socket.until(() => ['future', 'foreign'].every((id) => socket.of(id).length > 0));
    expect(['future', 'foreign'].map((id) => codeOf(socket, id))).toEqual(['CURSOR_EXPIRED', 'CURSOR_EXPIRED']);
  });

  test('D18: taken before a query misses nothing of what happens between query and subscription, and repeats nothing', async () => {
    const socket = await aSocket().connected(supervisor.secret);
    const QUERY = 'query ($id: ID!) { cursor contextPacket(customerId: $id) { version } }';
    let writing = true;
    const writer = (async () => {
      while (writing) await touch();
    })();
    for (let round = 0; round < 10; round += 1) {
      socket.subscribe(`q${round}`, QUERY, watch);
      await socket.until(() => socket.of(`q${round}`).length === 2);
      const { data } = (socket.of(`q${round}`)[0] as unknown as { payload: { data: { cursor: string } } }).payload;
      const [asOf] = await sql<
        { version: number }[]
      >`select version from stream_heads where stream = ${stream.customer(customerId)}`;
      await touch();
      socket.subscribe(`s${round}`, PACKETS, { ...watch, after: data.cursor });
      const packets = () =>
        socket.of(`s${round}`).flatMap((frame) => {
          const { packet } = (
            frame as unknown as {
              payload: { data: { contextPackets: { packet: { version: number; causes: object[] } | null } } };
            }
          ).payload.data.contextPackets;
          return packet ? [packet] : [];
        });
      await socket.until(() => packets().length >= 3);
      socket.send({ id: `s${round}`, type: 'complete' });
      const seen = packets();
      expect(seen[0]!.version).toBeGreaterThan(asOf!.version);
      // Each later packet names as many causes as versions that it is ahead of those before it, or the next one does.
      for (const [index, packet] of seen.entries())
        if (index > 0) expect(packet.version).toBeGreaterThanOrEqual(seen[index - 1]!.version);
    }
    writing = false;
    await writer;
  });
});
