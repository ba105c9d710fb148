import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

import { Client } from 'undici';
import { afterAll, describe, expect, test } from 'vitest';

import { aFaultWire, overWire } from '../support/fault-wire.ts';
import { post } from '../support/graphql.ts';
import { aServerProcess } from '../support/server-process.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const place = await withDatabase();
const { sql, name } = place;
const admin = await aKey(place, 'admin');

const wire = await aFaultWire(Number(new URL(place.applicationUrl).port));
afterAll(() => wire.close());
const STATEMENT_MS = 500;
const DEADLINE_MS = 4_000;
const app = await withApp(
  { ...place, applicationUrl: overWire(place.applicationUrl, wire) },
  { STATEMENT_TIMEOUT_MS: String(STATEMENT_MS), REQUEST_DEADLINE_MS: String(DEADLINE_MS) },
);

const LIGHT = '{ cursor customers(first: 1) { nodes { id } } }';
const PARTNER = /* GraphQL */ `
  mutation ($key: String) {
    partnerCreate(input: { externalId: "posti", name: "Posti", kind: CARRIER }, idempotencyKey: $key) {
      partner {
        id
      }
      userErrors {
        code
      }
    }
  }
`;

/** An answer with its status, and how long it took in milliseconds. */
async function timed(query: string, variables?: Record<string, unknown>) {
  const began = performance.now();
  const { status, body } = await post(app.url, admin.secret, query, variables);
  return { status, code: body.errors?.[0]?.extensions['code'], body, ms: Math.round(performance.now() - began) };
}
const works = () =>
  until(
    () => timed(LIGHT).then(({ status }) => status),
    (status) => status === 200,
  );

describe('H12: a database that is there and says nothing', () => {
  test('is given up at our deadline with a clear code, for everybody who waits, and is used again when it speaks', async () => {
    await works();
    wire.mode = 'blackhole';
    // More than there are connections: some wait for a free one.
    const answers = await Promise.all(Array.from({ length: 40 }, () => timed(LIGHT)));
    const mutation = await timed(PARTNER, { key: 'h12' });
    wire.mode = 'pass';

    const slowest = Math.max(...answers.map(({ ms }) => ms), mutation.ms);
    console.log(
      `H12: 41 requests in a black hole, the last was answered after ${slowest} ms (deadline ${DEADLINE_MS} ms)`,
    );
    for (const { status, code } of [...answers, mutation])
      expect({ status, code }).toEqual({ status: 503, code: 'UNAVAILABLE' });
    await works();
    expect(await sql`select 1 from partners where external_id = 'posti'`).toHaveLength(0);
  });

  test('holds up no operation on a socket past the deadline, and the socket goes on', async () => {
    await works();
    const socket = await new RawSocket(app.socketUrl).connected(admin.secret);
    wire.mode = 'blackhole';
    socket.subscribe('1', LIGHT);
    await socket.until(() => socket.of('1').length > 0);
    wire.mode = 'pass';
    expect(JSON.stringify(socket.of('1')[0])).toContain('"UNAVAILABLE"');

    await works();
    socket.subscribe('2', LIGHT);
    await socket.until(() => socket.of('2').some(({ type }) => type === 'complete'));
    expect(JSON.stringify(socket.of('2')[0])).toContain('"cursor"');
    socket.close();
  });
});

test('H1, H13: a connection that is lost after COMMIT was sent: nothing is guessed, the key tells what was done', async () => {
  await works();
  wire.onSent = (bytes) => {
    if (bytes.includes('commit')) wire.mode = 'swallow answers';
  };
  const first = timed(PARTNER, { key: 'h13' });
  await until(
    () => sql`select id from partners where external_id = 'posti'`,
    (rows) => rows.length === 1,
  );
  wire.onSent = null;
  wire.reset();
  wire.mode = 'pass';

  expect(await first).toMatchObject({ status: 503, code: 'UNAVAILABLE' });
  await works();
  const [{ id }] = (await sql`select id from partners where external_id = 'posti'`) as unknown as [{ id: string }];
  const { body } = await timed(PARTNER, { key: 'h13' });
  expect(body.data).toEqual({ partnerCreate: { partner: { id }, userErrors: [] } });
  expect(
    await sql`select 1 from events where type = 'partner.created'`.then((rows) => rows.length),
  ).toBeLessThanOrEqual(1);
});

test('B18: a request whose work hangs is answered at the deadline, and its place is free again', async () => {
  const slow = await withApp(place, { REQUEST_DEADLINE_MS: '400', DATABASE_POOL_SIZE: '2' });
  const bot = await aKey(place, 'bot');
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  const held = place.database.begin(async (tx) => {
    await tx`select 1 from api_keys where id = ${bot.id} for update`;
    await released;
  });
  const revoke = 'mutation ($id: ID!) { apiKeyRevoke(id: $id) { apiKey { id } userErrors { code } } }';
  const answers = await Promise.all([1, 2, 3].map(() => post(slow.url, admin.secret, revoke, { id: bot.id })));
  release();
  await held;

  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  expect(answers.map(({ body }) => body.errors?.[0]?.extensions['code'])).toEqual(Array(3).fill('UNAVAILABLE'));
  await until(
    () => post(slow.url, admin.secret, '{ cursor }').then(({ status }) => status),
    (status) => status === 200,
  );
});

test('H23: out of connections of the database: 503 quickly, and it comes back by itself', async () => {
  await works();
  const superuser = singleConnection(place.superuserUrl);
  await superuser.unsafe(`alter database ${name} connection limit 0`);
  await superuser`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and pid <> pg_backend_pid()`;

  // Some of the first ones were on their way when the connections were ended.
  const refused = await until(
    () => timed(LIGHT),
    ({ status, ms }) => status === 503 && ms < DEADLINE_MS,
  );
  await superuser.unsafe(`alter database ${name} connection limit -1`);
  await superuser.end();

  console.log(`H23: refused after ${refused.ms} ms`);
  expect(refused).toMatchObject({ code: 'UNAVAILABLE' });
  await works();
});

test('H23: out of file descriptors: who is connected goes on, what needs one more is 503, and when some are free again everybody is served', async () => {
  try {
    execFileSync('prlimit', ['--version']);
  } catch {
    console.warn('H23 is skipped: there is no prlimit here to take file descriptors away.');
    return;
  }
  const server = await aServerProcess(place.applicationUrl);
  await server.start();
  const socket = await new RawSocket(server.url.replace('http', 'ws')).connected(admin.secret);
  const open = execFileSync('ls', [`/proc/${server.pid}/fd`])
    .toString()
    .trim()
    .split('\n').length;
  execFileSync('prlimit', ['--pid', String(server.pid), `--nofile=${open + 15}:${open + 1_000}`]);
  const { hostname, port } = new URL(server.url);
  const flood: Socket[] = Array.from({ length: 60 }, () =>
    connect(Number(port), hostname).on('error', () => undefined),
  );
  await Promise.all(
    flood.map((one) => Promise.race([once(one, 'connect'), once(one, 'close')]).catch(() => undefined)),
  );

  socket.subscribe('during', '{ viewer { role } }');
  await socket.until(() => socket.of('during').length > 0);
  expect(JSON.stringify(socket.of('during')[0])).toContain('"ADMIN"');

  // Not even the connections that it had can be made anew: asked over one of HTTP that is open already.
  const limit = (files: number) =>
    execFileSync('prlimit', ['--pid', String(server.pid), `--nofile=${files}:${open + 1_000}`]);
  const connected = new Client(server.url);
  const ask = async () => {
    const began = performance.now();
    const { statusCode, body } = await connected.request({
      ...{ path: '/graphql', method: 'POST', body: JSON.stringify({ query: LIGHT }) },
      headers: { 'content-type': 'application/json', authorization: `Bearer ${admin.secret}` },
    });
    return { status: statusCode, text: await body.text(), ms: Math.round(performance.now() - began) };
  };
  for (const one of flood) one.destroy();
  await until(
    () => ask().catch(() => null),
    (answer) => answer?.status === 200,
  );
  limit(10);
  const superuser = singleConnection(place.superuserUrl);
  await superuser`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name} and pid <> pg_backend_pid()`;
  await superuser.end();
  const refused = await until(ask, ({ status }) => status !== 200);
  console.log(`H23: without a file descriptor for the database: ${refused.status} after ${refused.ms} ms`);
  expect(refused).toMatchObject({
    status: 503,
    text: expect.stringContaining('The database cannot be reached') as string,
  });
  // What the process does by the clock wants file descriptors too.
  const began = performance.now();
  const lives = () => connected.request({ path: '/healthz', method: 'GET' }).then(({ body }) => body.json());
  await until(lives, (answer) => isDeepStrictEqual(answer, { status: 'ok' }) && performance.now() - began > 3_000);
  socket.subscribe('meanwhile', '{ viewer { role } }');
  await socket.until(() => socket.of('meanwhile').length > 0);
  expect(JSON.stringify(socket.of('meanwhile')[0])).toContain('"ADMIN"');

  limit(open + 500);
  await connected.close();
  await until(
    () =>
      post(server.url, admin.secret, LIGHT).then(
        ({ status }) => status,
        () => 0,
      ),
    (status) => status === 200,
  );
  socket.close();
  expect(await server.end('SIGTERM')).toMatchObject({ code: 0 });
});
