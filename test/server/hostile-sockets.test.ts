import { afterEach, describe, expect, test, vi } from 'vitest';

import { singleConnection } from '../../src/database/single-connection.ts';
import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { encodeCursor, placeAt } from '../../src/services/events/cursor.ts';
import { stream, topic } from '../../src/services/events/fact.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import { readSnapshot } from '../../src/services/events/read-events.ts';
import { newId } from '../../src/values/ids.ts';
import { EventStream } from '../support/event-stream.ts';
import { aFaultWire, overWire } from '../support/fault-wire.ts';
import { aScope } from '../support/scopes.ts';
import { readFigures } from '../support/figures.ts';
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
  // The server has seen it too: its heartbeat rests, and begins with the timers of the next test.
  await until(
    () => figuresNamed(app.url, 'punos_connections'),
    ([count]) => count === 0,
  );
});

const touch = () =>
  atomically(aScope(database.database), (tx) => {
    recordFact(tx, { type: 'customer.updated', streams: [stream.customer(customerId)] });
    return Promise.resolve();
  });
/** Of `/metrics`, in the order in which they are asked for. */
async function figuresNamed(url: string, ...names: string[]): Promise<(number | undefined)[]> {
  const figures = await readFigures({ url });
  return names.map((name) => figures.get(name));
}
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

  test.each(['', 'x'])('in ever more pieces of %j, far under the limit together, close the socket', async (piece) => {
    const key = await aKey(database, 'supervisor');
    const beside = await aSocket().connected(key.secret);
    const socket = await aSocket().connected(key.secret);
    const before = process.memoryUsage().heapUsed;
    let sent = 0;
    while (!socket.closed && sent < 60_000) {
      for (let i = 0; i < 500; i += 1, sent += 1) socket.socket.send(piece, { fin: false });
      await stillAnswers(beside);
    }
    const more = Math.round((process.memoryUsage().heapUsed - before) / 2 ** 20);
    expect(await socket.untilClosed()).toMatchObject({ code: 1008 });
    console.log(
      `D7: closed when ${sent} pieces of ${piece.length} bytes had been sent, ${more} MB more for both sides`,
    );
    expect(sent).toBeLessThan(60_000);
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
  test('leave nothing running, and spend the budget of their key like any other request', async () => {
    const key = await aKey(database, 'supervisor');
    const small = await withApp(database, { MAX_COST: '200', RATE_COST_BURST: '500', RATE_COST_PER_SECOND: '1' });
    const socket = new RawSocket(small.socketUrl);
    open.push(socket);
    await socket.connected(key.secret);
    const other = await aKey(database, 'agent');
    const beside = new RawSocket(small.socketUrl);
    open.push(beside);
    await beside.connected(other.secret);
    const [quiet] = await figuresNamed(small.url, 'punos_watched_keys');
    for (let i = 0; i < 1_000; i += 1) {
      socket.subscribe(`s${i}`, PACKETS, watch);
      socket.send({ id: `s${i}`, type: 'complete' });
    }
    // Completed ones are not told anything: the last is left to be answered.
    socket.subscribe('last', PACKETS, watch);
    await socket.until(() => socket.of('last').length > 0);

    expect(codeOf(socket, 'last')).toBe('RATE_LIMITED');
    const left = await until(
      () => figuresNamed(small.url, 'punos_subscriptions', 'punos_watched_keys'),
      ([running, watched]) => running === 0 && watched === quiet,
    );
    console.log(`D10: of 1,000 subscribed and completed ${left[0]} run, ${left[1]! - quiet!} keys more are watched`);
    await stillAnswers(beside);
  });
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

  test('of a peer that never reads the answers do not fill the memory: it is closed', async () => {
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
    const { code } = await socket.untilClosed();
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

      // One that reads without answering may be slow only: it hears that it may come back.
      expect(await dead.untilClosed()).toMatchObject({ code: 1013 });
      await stillAnswers(alive);
    } finally {
      vi.useRealTimers();
    }
  });
});

test('D14: a hundred who stop reading while the kernel still takes everything for them are told to resume', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const key = await aKey(database, 'supervisor');
    const healthy = await aSocket().connected(key.secret);
    let pings = 0;
    healthy.socket.on('ping', () => (pings += 1));
    const stalled = Array.from({ length: 100 }, () => aSocket());
    for (const socket of [healthy, ...stalled]) {
      if (socket !== healthy) await socket.connected(key.secret);
      socket.subscribe('1', PACKETS, watch);
      await socket.until(() => socket.of('1').length > 0);
    }
    const before = await subscriptions();
    for (const { socket } of stalled) socket.pause();
    await touch();
    await healthy.until(() => healthy.of('1').length > 1);

    for (const beats of [1, 2]) {
      vi.advanceTimersByTime(12_000);
      await until(
        () => pings,
        (count) => count === beats,
      );
      await stillAnswers(healthy);
    }
    // Before any of them has taken its goodbye.
    expect([before, await subscriptions()]).toEqual([101, 1]);
    for (const { socket } of stalled) socket.resume();

    const told = await Promise.all(stalled.map((socket) => socket.untilClosed()));
    const resumable = told.filter(({ code }) => code === 1013).length;
    console.log(`D14: of 100 readers who read nothing for 24 s ${resumable} were told to resume (1013)`);
    expect(told).toEqual(
      Array.from({ length: 100 }, () => ({ code: 1013, reason: 'Slow consumer: resume with the last cursor' })),
    );
    await stillAnswers(healthy);
  } finally {
    vi.useRealTimers();
  }
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

describe('D12: while what they ask for is still being opened', () => {
  test('subscriptions that are taken back, or whose socket goes, leave nothing running and nothing watched', async () => {
    const wire = await aFaultWire(Number(new URL(database.applicationUrl).port));
    const own = await withApp(
      { ...database, applicationUrl: overWire(database.applicationUrl, wire) },
      { STATEMENT_TIMEOUT_MS: '60000', REQUEST_DEADLINE_MS: '60000', RATE_COST_BURST: '20000' },
    );
    const key = await aKey(database, 'supervisor');
    const [staying, asking, leaving] = await Promise.all(
      [1, 2, 3].map(() => new RawSocket(own.socketUrl).connected(key.secret)),
    );
    staying!.subscribe('stays', PACKETS, watch);
    await staying!.until(() => staying!.of('stays').length > 0);
    const running = () => figuresNamed(own.url, 'punos_subscriptions', 'punos_watched_keys');
    const before = await running();

    wire.mode = 'hold';
    for (let i = 0; i < 20; i += 1) {
      asking!.subscribe(`c${i}`, PACKETS, watch);
      asking!.send({ id: `c${i}`, type: 'complete' });
    }
    // The same id again and again, and a query between: the last one counts.
    for (let i = 0; i < 20; i += 1) {
      asking!.subscribe('again', i % 2 === 0 ? PACKETS : `query ($id: ID!) { q${i}: customer(id: $id) { id } }`, watch);
      asking!.send({ id: 'again', type: 'complete' });
    }
    asking!.subscribe('again', PACKETS, watch);
    for (let i = 0; i < 20; i += 1) leaving!.subscribe(`s${i}`, PACKETS, watch);
    const opening = EventStream.open(own.url, key.secret, { query: PACKETS, variables: watch });
    for (const socket of [asking!, leaving!]) {
      socket.send({ type: 'ping' });
      await socket.until(() => socket.frames.some(({ type }) => type === 'pong'));
    }
    leaving!.socket.terminate();
    wire.mode = 'pass';
    (await opening).close();

    await asking!.until(() => asking!.of('again').length > 0);
    await touch();
    await until(
      () => [staying!.of('stays').length, asking!.of('again').length],
      (counts) => counts.every((count) => count >= 2),
    );
    expect(asking!.of('again').map(({ type }) => type)).toEqual(['next', 'next']);
    // Completed and asked for once more in one breath, also when it runs already.
    asking!.send({ id: 'again', type: 'complete' });
    asking!.subscribe('again', PACKETS, watch);
    await asking!.until(() => asking!.of('again').length > 2);
    asking!.send({ id: 'again', type: 'complete' });
    const after = await until(running, (figures) => figures[0] === 1);
    expect(asking!.of('again').map(({ type }) => type)).toEqual(['next', 'next', 'next']);
    expect(asking!.frames.filter(({ id }) => id?.startsWith('c'))).toEqual([]);
    console.log(
      `D12: 62 taken back while they were opened left ${after[0]! - before[0]!} subscriptions and ${after[1]! - before[1]!} watched keys`,
    );
    expect(after).toEqual(before);
    for (const socket of [staying!, asking!]) socket.close();
    await own.close();
    await wire.close();
  });
});

test('H25: a mistake of ours ends the streams that it concerns, with an error; the others of the socket go on', async () => {
  const OVERVIEW = 'subscription { channelOverview { cursor overview { asOf } } }';
  const STOCK = 'subscription { stockEvents { cursor event { type } } }';
  const key = await aKey(database, 'supervisor');
  const socket = await aSocket().connected(key.secret);
  const WHOLE = PACKETS.replace('packet { version', 'packet { conversations { id } version');
  socket.subscribe('packets', WHOLE, watch);
  socket.subscribe('overview', OVERVIEW);
  socket.subscribe('stock', STOCK);
  const counts = () => ['packets', 'overview', 'stock'].map((id) => socket.of(id).length);
  await until(counts, (all) => all.every((count) => count === 1));
  const { cursor } = (
    socket.of('packets')[0] as unknown as { payload: { data: { contextPackets: { cursor: string } } } }
  ).payload.data.contextPackets;

  // Statements that were right yesterday: nothing that a second try would mend.
  const superuser = singleConnection(database.superuserUrl);
  await superuser.unsafe('alter table conversations rename to conversations_elsewhere');
  await atomically(aScope(database.database), (tx) => {
    recordFact(tx, {
      type: 'conversation.updated',
      streams: [stream.customer(customerId)],
      topics: [topic.conversations],
    });
    recordFact(tx, { type: 'stock.changed', streams: ['stock:h25'], topics: [topic.stock] });
    return Promise.resolve();
  });
  await until(counts, ([packets, overview, stock]) => packets === 2 && overview === 2 && stock === 2);
  await superuser.unsafe('alter table conversations_elsewhere rename to conversations');
  await superuser.end();

  for (const id of ['packets', 'overview']) {
    expect(socket.of(id)[1]).toMatchObject({
      type: 'error',
      payload: [
        {
          message: expect.stringMatching(/^Something went wrong on our side\. Request id: /) as string,
          extensions: { code: 'INTERNAL_SERVER_ERROR' },
        },
      ],
    });
  }
  expect(socket.of('stock')[1]).toMatchObject({
    type: 'next',
    payload: { data: { stockEvents: { event: { type: 'STOCK_CHANGED' } } } },
  });
  await until(subscriptions, (count) => count === 1);
  // Nothing is lost by it: behind the last cursor it goes on.
  socket.subscribe('packets', WHOLE, { ...watch, after: cursor });
  await socket.until(() => socket.of('packets').length > 2);
  expect(socket.of('packets')[2]).toMatchObject({
    type: 'next',
    payload: { data: { contextPackets: { packet: { causes: [{ type: 'CONVERSATION_UPDATED' }] } } } },
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
