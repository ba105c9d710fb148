import { afterEach, describe, expect, test } from 'vitest';

import { RawSocket } from '../support/socket.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';
import { aScope } from '../support/scopes.ts';
import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { stream } from '../../src/services/events/fact.ts';
import { revokeApiKey, revokeViewer } from '../../src/services/access/revoke-viewer.ts';
import { updateApiKey } from '../../src/services/access/update-api-key.ts';
import { newId } from '../../src/values/ids.ts';
import { systemScope } from '../support/start-app.ts';

const database = await withDatabase();
const app = await withApp(database, { MAX_SOCKETS_PER_PRINCIPAL: '3' });
const supervisor = await aKey(database, 'supervisor');

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

const customerId = newId('customer');
await database.sql`insert into customers (id, created_at, updated_at) values (${customerId}, now(), now())`;
const PACKETS =
  'subscription ($id: ID!, $after: String) { contextPackets(customerId: $id, after: $after) { cursor packet { version } } }';
const watch = { id: customerId };

const touch = () =>
  atomically(aScope(database.database), (tx) => {
    recordFact(tx, { type: 'customer.updated', streams: [stream.customer(customerId)] });
    return Promise.resolve();
  });

describe('the protocol', () => {
  test('D1: a socket that never initialises is closed', async () => {
    const socket = await aSocket().opened();
    expect(await socket.untilClosed()).toMatchObject({ code: 4408 });
  });

  test('D1, C18: initialising twice is refused, also to bring another token', async () => {
    const socket = await aSocket().connected(supervisor.secret);
    socket.send({ type: 'connection_init' });
    expect(await socket.untilClosed()).toMatchObject({ code: 4429 });
  });

  test('D1, D2: subscribing before initialising, or straight behind it, is refused', async () => {
    const early = await aSocket().opened();
    early.subscribe('1', '{ cursor }');
    expect(await early.untilClosed()).toMatchObject({ code: 4401 });

    const hasty = await aSocket().opened();
    hasty.send({ type: 'connection_init', payload: { authorization: `Bearer ${supervisor.secret}` } });
    hasty.subscribe('1', '{ cursor }');
    expect(await hasty.untilClosed()).toMatchObject({ code: 4401 });
    expect(hasty.of('1')).toEqual([]);
  });

  test.each([
    [{}],
    [{ payload: { authorization: 'Bearer pk_agent_wrongwrongwrong' } }],
    [{ payload: { authorization: 7 } }],
  ])('a wrong key is refused: %j', async (init) => {
    const socket = await aSocket().opened();
    socket.send({ type: 'connection_init', ...init });
    expect(await socket.untilClosed()).toMatchObject({ code: 4401 });
  });

  test.each([['graphql-ws'], [undefined], ['*']])('D3: the subprotocol %s is not spoken', async (protocol) => {
    const socket = new RawSocket(app.socketUrl, protocol === undefined ? [] : protocol);
    open.push(socket);
    const refused = await socket.untilClosed();
    expect([4406, 1006]).toContain(refused.code);
  });

  test('D5: an id in use is refused', async () => {
    const socket = await aSocket().connected(supervisor.secret);
    socket.subscribe('1', PACKETS, watch);
    socket.subscribe('1', PACKETS, watch);
    expect(await socket.untilClosed()).toMatchObject({ code: 4409 });
  });

  test.each([[null], [7], [''], [{}]])('D5: an id that is no text is refused: %j', async (id) => {
    const socket = await aSocket().connected(supervisor.secret);
    socket.send({ id, type: 'subscribe', payload: { query: '{ cursor }' } });
    expect(await socket.untilClosed()).toMatchObject({ code: 4400 });
  });

  test.each([['__proto__'], ['toString'], ['constructor'], ['"}\n']])(
    'D5: the id %j is an id like others',
    async (id) => {
      const socket = await aSocket().connected(supervisor.secret);
      socket.subscribe(id, PACKETS, watch);
      await socket.until(() => socket.of(id).length > 0);
      expect(socket.of(id)[0]).toMatchObject({ type: 'next' });
    },
  );

  test.each([
    ['bad JSON', '{'],
    ['an unknown type', JSON.stringify({ type: 'start' })],
    ['an empty frame', ''],
    ['a binary frame', Buffer.from(JSON.stringify({ type: 'ping' }))],
  ])('D6: %s is refused', async (_, frame) => {
    const socket = await aSocket().connected(supervisor.secret);
    socket.send(frame);
    expect(await socket.untilClosed()).toMatchObject({ code: 4400 });
  });

  test('D5, D7: a frame over the limit is refused', async () => {
    const socket = await aSocket().connected(supervisor.secret);
    socket.subscribe('1'.repeat(70_000), '{ cursor }');
    expect(await socket.untilClosed()).toMatchObject({ code: 1009 });
  });

  test('D8: compression is not spoken', async () => {
    const socket = await aSocket('graphql-transport-ws', { perMessageDeflate: true }).opened();
    expect(socket.socket.extensions).toBe('');
  });

  test('C28: a page of another origin cannot open a socket, whatever its browser brings along; our own can', async () => {
    for (const origin of [
      'https://elsewhere.example',
      'null',
      `${app.url}.evil.example`,
      app.url.replace('http', 'ftp'),
    ])
      await expect(
        aSocket('graphql-transport-ws', { origin, headers: { cookie: 'session=1' } }).opened(),
      ).rejects.toThrow('403');
    await aSocket('graphql-transport-ws', { origin: app.url }).opened();
  });
});

describe('operations', () => {
  test('D13: queries and mutations run over the socket like over HTTP', async () => {
    const socket = await aSocket().connected(supervisor.secret);
    socket.subscribe('q', '{ viewer { principal } }');
    await socket.until(() => socket.of('q').length === 2);
    expect(socket.of('q')).toEqual([
      {
        id: 'q',
        type: 'next',
        payload: { data: { viewer: { principal: supervisor.id } }, extensions: expect.anything() as unknown },
      },
      { id: 'q', type: 'complete' },
    ]);
  });

  test('a refused operation is answered with an error, and the socket goes on', async () => {
    const socket = await aSocket().connected(supervisor.secret);
    socket.subscribe('1', '{ nothing }');
    socket.subscribe('2', 'mutation { apiKeyRevoke(id: "x") { userErrors { code } } }');
    await socket.until(() => socket.frames.length === 3);
    expect(socket.of('1')).toMatchObject([
      { type: 'error', payload: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    ]);
    expect(socket.of('2')).toMatchObject([{ type: 'error', payload: [{ extensions: { code: 'FORBIDDEN' } }] }]);
  });

  test('D9: a socket holds only so many operations', async () => {
    const socket = await aSocket().connected(supervisor.secret);
    for (let i = 0; i < 60; i += 1) socket.subscribe(`s${i}`, PACKETS, watch);
    await socket.until(() => Array.from({ length: 60 }, (_, i) => `s${i}`).every((id) => socket.of(id).length > 0));
    const refused = socket.frames.filter((frame) => frame.type === 'error');
    expect(refused).toHaveLength(10);
    expect(refused[0]).toMatchObject({ payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
  });

  test('D9: a key holds only so many sockets', async () => {
    for (let i = 0; i < 3; i += 1) await aSocket().connected(supervisor.secret);
    const fourth = await aSocket().opened();
    fourth.send({ type: 'connection_init', payload: { authorization: `Bearer ${supervisor.secret}` } });
    expect(await fourth.untilClosed()).toMatchObject({ code: 1013 });
  });

  test('a packet follows each change, and completing ends it', async () => {
    const socket = await aSocket().connected(supervisor.secret);
    socket.subscribe('1', PACKETS, watch);
    await socket.until(() => socket.of('1').length > 0);
    const before = socket.of('1').length;

    await touch();
    await socket.until(() => socket.of('1').length > before);

    socket.send({ id: '1', type: 'complete' });
    socket.subscribe('after', '{ cursor }');
    await socket.until(() => socket.of('after').length === 2);
    const seen = socket.of('1').length;
    await touch();
    socket.subscribe('later', PACKETS, watch);
    await socket.until(() => socket.of('later').length > 0);
    expect(socket.of('1')).toHaveLength(seen);
  });

  test('D17: a malformed cursor is refused', async () => {
    const socket = await aSocket().connected(supervisor.secret);
    socket.subscribe('1', PACKETS, { ...watch, after: 'nonsense' });
    await socket.until(() => socket.of('1').length > 0);
    expect(socket.of('1')).toMatchObject([{ type: 'error', payload: [{ extensions: { code: 'BAD_USER_INPUT' } }] }]);
  });
});

describe('rights', () => {
  test('C15, C16: a revoked key is closed, and sees nothing of what comes after', async () => {
    const key = await aKey(database, 'supervisor');
    const socket = await aSocket().connected(key.secret);
    socket.subscribe('1', PACKETS, watch);
    await socket.until(() => socket.of('1').length > 0);
    // The newest event so far: what came before it is not told later.
    await touch();
    await socket.until(() => socket.of('1').length > 1);
    const seen = socket.frames.length;

    await revokeApiKey(systemScope(database), key.id);
    await touch();

    expect(await socket.untilClosed()).toMatchObject({ code: 4403 });
    expect(socket.frames).toHaveLength(seen);
    await expect(
      aSocket()
        .opened()
        .then((again) => again.connected(key.secret)),
    ).rejects.toThrow('4401');
  });

  test('C15: a key whose rights change is closed, comes back, and has the new ones', async () => {
    const key = await aKey(database, 'supervisor');
    const socket = await aSocket().connected(key.secret);
    socket.subscribe('1', PACKETS, watch);
    await socket.until(() => socket.of('1').length > 0);

    await updateApiKey(systemScope(database), key.id, { name: null, role: null, scopes: ['graph:read'] });

    expect(await socket.untilClosed()).toMatchObject({ code: 4403 });
    // Event and recheck may both see the change: a client that is sent away twice comes back twice.
    const answered = await until(
      async () => {
        const again = await aSocket().connected(key.secret);
        again.subscribe('1', PACKETS, watch);
        await again.until(() => again.of('1').length > 0 || again.closed !== null);
        return again.of('1');
      },
      (frames) => frames.length > 0,
    );
    expect(answered).toMatchObject([{ type: 'error', payload: [{ extensions: { code: 'FORBIDDEN' } }] }]);
  });

  test('C20: a rule changed by hand in the database, without an event, is seen at the next look', async () => {
    const key = await aKey(database, 'supervisor');
    const socket = await aSocket().connected(key.secret);
    await database.sql`update api_keys set revoked_at = now() where id = ${key.id}`;
    expect(await socket.untilClosed()).toEqual({ code: 4403, reason: 'Revoked' });
  });

  test('C17: a socket is closed when its key ends', async () => {
    const key = await aKey(database, 'supervisor', { expiresAt: new Date(Date.now() + 1_500) });
    const socket = await aSocket().connected(key.secret);
    expect(await socket.untilClosed()).toEqual({ code: 4403, reason: 'Token expired' });
  });

  test('revoking an unknown principal changes nothing', async () => {
    await expect(revokeViewer(systemScope(database), 'nobody')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    expect(await database.sql`select 1 from viewer_revocations`).toHaveLength(0);
  });
});

test('D15: a stopping server tells its sockets to come back', async () => {
  const other = await withApp(database);
  const socket = new RawSocket(other.socketUrl);
  await socket.connected(supervisor.secret);
  await other.close();
  expect(socket.closed).toMatchObject({ code: 1001 });
  await until(
    () => socket.socket.readyState,
    (state) => state === socket.socket.CLOSED,
  );
});
