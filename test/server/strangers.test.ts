/**
 * Cases of group A (requests that are odd) that have no file of their own, each over a real socket, each with a light query beside it at the end.
 * Elsewhere: A1 in audit.test.ts; A3 to A10 and A12 also in http.test.ts. A15's statement timeout is the database's own
 * (STATEMENT_TIMEOUT_MS); a read that its caller has left is not cancelled before it, which costs at most that long of one connection.
 */
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterEach, describe, expect, test } from 'vitest';

import { bearerOf } from '../../src/server/bearer.ts';
import { isJson } from '../../src/server/content-type.ts';
import { post } from '../support/graphql.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const place = await withDatabase();
const app = await withApp(place, { MAX_BODY_BYTES: '10000', RATE_COST_BURST: '1000000' });
const key = await aKey(place, 'admin');
const { hostname, port } = new URL(app.url);
const authorization = `Bearer ${key.secret}`;

afterEach(async () => {
  expect((await post(app.url, key.secret, '{ viewer { role } }')).body.data).toEqual({ viewer: { role: 'ADMIN' } });
});

/** Sends bytes as they are; resolves with everything that comes until the server closes. */
async function raw(...parts: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (bytes) => (text += bytes.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', () => resolve(text));
    for (const part of parts) socket.write(part);
  });
}

const request = (body: string | Buffer, headers: Record<string, string> = {}) =>
  [
    'POST /graphql HTTP/1.1',
    `host: ${hostname}`,
    `authorization: ${authorization}`,
    ...Object.entries({
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      connection: 'close',
      ...headers,
    }).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n');
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
const bodyOf = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as never;
const send = async (text: string, headers: Record<string, string> = {}) => {
  const answer = await raw(request(text, headers), text);
  return { status: statusOf(answer), answer };
};

test.each([
  ['application/graphql-response+json', '{ nothing }', 400],
  ['application/json', '{ nothing }', 400],
  ['application/graphql-response+json', '{', 400],
  ['application/json', '{', 400],
])('A2: what is invalid is answered as %s asks: %s, %i', async (accept, query, status) => {
  const { status: was, answer } = await send(JSON.stringify({ query }), { accept });
  expect(was).toBe(status);
  expect(answer.toLowerCase()).toContain(`content-type: ${accept}; charset=utf-8`);
});

test('A7: a body one byte over the limit is refused, one of the limit is read', async () => {
  const of = (bytes: number) => {
    const empty = JSON.stringify({ query: '{ cursor }', variables: { x: '' } });
    return JSON.stringify({ query: '{ cursor }', variables: { x: 'x'.repeat(bytes - empty.length) } });
  };
  expect((await send(of(10_000))).status).toBe(200);
  expect((await send(of(10_001))).status).toBe(413);
});

test('A7: a megabyte that would inflate to a gigabyte is not inflated', async () => {
  const before = process.memoryUsage().rss;
  const bomb = gzipSync(Buffer.alloc(9_000_000, 32), { level: 9 });
  const answer = await raw(request(bomb, { 'content-encoding': 'gzip' }), bomb);
  const grown = Math.round((process.memoryUsage().rss - before) / 1_048_576);
  console.log(`A7: ${bomb.length} compressed bytes of 9,000,000; grown by ${grown} MB`);
  expect([400, 413, 415]).toContain(statusOf(answer));
});

describe('A8, A9: types of bodies', () => {
  test.each([
    'application/json; charset=utf-32',
    'application/json; charset=utf-7',
    'application/json garbage',
    'application/json\t',
    'application/json;',
    'application/json; charset="utf-8"',
    'application/json, application/json',
    'application/graphql',
    'application/graphql+json',
    'text/json',
    `application/json; charset=${'x'.repeat(5_000)}`,
  ])('%s is none of ours', async (type) => {
    const { status, answer } = await send(JSON.stringify({ query: '{ cursor }' }), { 'content-type': type });
    // Node itself trims what stands around a value: then it is the type that is allowed.
    expect(status).toBe(type.trim() === 'application/json' ? 200 : 415);
    if (status === 415) expect(answer).not.toContain('"data"');
  });
});

describe('A10: headers', () => {
  test.each([3_000, 20_000])('%i of them are refused at the upgrade to a WebSocket', async (count) => {
    const answer = await raw(
      `GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n${Array.from({ length: count }, (_, i) => `x-${i}: y\r\n`).join('')}\r\n`,
    );
    expect(answer).toMatch(/^(HTTP\/1\.1 (431|400) |$)/);
  });
});

test.each([
  ['authorization', bearerOf, `Bearer ${' '.repeat(100_000)}x`],
  ['authorization', bearerOf, `Bearer ${'a'.repeat(100_000)}\u0000`],
  ['content-type', isJson, `application/json${' '.repeat(100_000)};`],
  ['content-type', isJson, `application/json;${'charset=utf-8;'.repeat(7_000)}`],
])('A11: 100 KB of the worst for %s takes no time', (name, read, worst) => {
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now();
    (read as (value: string) => unknown)(worst);
    return performance.now() - began;
  });
  const best = Math.min(...times);
  console.log(`A11: ${name}, ${worst.length} characters: ${best.toFixed(3)} ms`);
  expect(best).toBeLessThan(5);
});

test.each(['__proto__', 'constructor'])('A12: `%s` in a nested variable changes nothing', async (name) => {
  const { status } = await send(`{"query":"{ cursor }","variables":{"a":[{"${name}":{"prototype":{"polluted":1}}}]}}`);
  expect(status).toBe(400);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test('A13: who sends a byte a second is cut off, and nobody else waits for it', async () => {
  const began = performance.now();
  const slow = Array.from({ length: 50 }, (_, i) => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    const text =
      i % 2 === 0
        ? `POST /graphql HTTP/1.1\r\nhost: x\r\nx-slow: ${'y'.repeat(500)}`
        : request('x'.repeat(500)) + 'x'.repeat(400);
    const head = i % 2 === 0 ? 30 : text.length - 400;
    socket.write(text.slice(0, head));
    let at = head;
    const timer = setInterval(() => socket.write(text.slice(at, (at += 1))), 1_000);
    return new Promise<void>((resolve) =>
      socket.on('close', () => {
        clearInterval(timer);
        resolve();
      }),
    );
  });
  let gone = false;
  const all = Promise.all(slow).then(() => (gone = true));
  const light: number[] = [];
  while (!gone) {
    const at = performance.now();
    expect((await post(app.url, key.secret, '{ cursor }')).status).toBe(200);
    light.push(performance.now() - at);
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 250))]);
  }
  const took = Math.round((performance.now() - began) / 1_000);
  light.sort((a, b) => a - b);
  console.log(
    `A13: 50 slow senders were cut off within ${took} s; a light query beside them p99 ${Math.round(light.at(-1)!)} ms`,
  );
  // Byte by byte they would take 400 s.
  expect(took).toBeLessThan(200);
});

describe('A14: texts', () => {
  const echo = async (text: string) => {
    const query = 'query ($v: String!) { customerByIdentity(kind: EXTERNAL_ID, value: $v) { id } }';
    return (await post(app.url, key.secret, query, { v: text })).body;
  };
  test.each([
    ['a lone surrogate', 'a\ud800b'],
    ['NUL', 'a\0b'],
  ])('%s is refused cleanly', async (_, text) => {
    expect(['BAD_USER_INPUT', undefined]).toContain((await echo(text)).errors?.[0]?.extensions['code']);
  });

  test('four-byte characters come back as they were sent', async () => {
    const name = '👩‍👩‍👧‍👦 𝒳 שלום';
    const { body } = await post(
      app.url,
      key.secret,
      'mutation ($n: String!) { partnerCreate(input: { externalId: "p", name: $n, kind: CARRIER }) { partner { name } userErrors { code } } }',
      { n: name },
    );
    expect(body.data).toEqual({ partnerCreate: { partner: { name }, userErrors: [] } });
  });

  test('ten megabytes in a variable are refused by their length', async () => {
    expect((await send(JSON.stringify({ query: '{ cursor }', variables: { a: 'x'.repeat(10_000_000) } }))).status).toBe(
      413,
    );
  });
});

test('A15: who leaves in the middle of a query takes no connection along', async () => {
  const slow = await withApp(place, { DATABASE_POOL_SIZE: '2', STATEMENT_TIMEOUT_MS: '1000' });
  const left = new AbortController();
  const queries = Array.from({ length: 30 }, () =>
    fetch(`${slow.url}/graphql`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ customers(first: 100) { nodes { id } } orders(first: 50) { nodes { id } } }' }),
      signal: left.signal,
    }).catch(() => undefined),
  );
  left.abort();
  await Promise.all(queries);
  await until(
    () => post(slow.url, key.secret, '{ cursor }').then(({ status }) => status),
    (status) => status === 200,
  );
  const busy = await place.sql`
    select 1 from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()
      and now() - xact_start > interval '2 seconds'`;
  expect(busy).toHaveLength(0);
});

describe('A16: numbers and kinds, as the specification has them', () => {
  test.each([
    ['Int', '2147483648', 'BAD_USER_INPUT'],
    ['Int', '1e400', 'BAD_REQUEST'],
    ['Int', '1.5', 'BAD_USER_INPUT'],
    ['Int', '"1"', 'BAD_USER_INPUT'],
    ['Int', '-0', 'BAD_USER_INPUT'],
    ['Int', 'true', 'BAD_USER_INPUT'],
  ])('%s given as %s: %s', async (type, value, code) => {
    const text = `{"query":"query ($n: ${type}) { customers(first: $n) { nodes { id } } }","variables":{"n":${value}}}`;
    const { status, answer } = await send(text);
    expect(status).toBe(400);
    expect((bodyOf(answer) as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code).toBe(
      code === 'BAD_REQUEST' ? 'BAD_USER_INPUT' : code,
    );
  });

  test.each([
    ['query ($id: ID!) { customer(id: $id) { id } }', { id: 1.5 }, 'BAD_USER_INPUT'],
    ['query ($k: IdentityKind!) { customerByIdentity(kind: $k, value: "x") { id } }', { k: 'email' }, 'BAD_USER_INPUT'],
    ['{ customerByIdentity(kind: "EMAIL", value: "x") { id } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['{ customers(first: 1e400) { nodes { id } } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['query ($id: ID!) { customer(id: $id) { id } }', { id: null }, 'BAD_USER_INPUT'],
    ['query ($id: ID!) { customer(id: $id) { id } }', {}, 'BAD_USER_INPUT'],
  ])('%s with %j: %s', async (query, variables, code) => {
    const { status, body } = await post(app.url, key.secret, query, variables);
    expect({ status, code: body.errors?.[0]?.extensions['code'] }).toEqual({ status: 400, code });
  });

  test('one value stands for a list of one, a whole number for an id', async () => {
    const tracks = await post(app.url, key.secret, 'query ($id: ID!) { customer(id: $id) { id } }', { id: 7 });
    expect(tracks.body.data).toEqual({ customer: null });
    const { body } = await post(
      app.url,
      key.secret,
      'mutation { partnersCreate(input: { externalId: "one", name: "One", kind: CARRIER }) { partners { name } userErrors { code } } }',
    );
    expect(body.data).toEqual({ partnersCreate: { partners: [{ name: 'One' }], userErrors: [] } });
  });
});

test.each([
  ['two operations and no name', { query: 'query a { cursor } query b { cursor }' }],
  ['a name that is not there', { query: 'query a { cursor }', operationName: 'c' }],
  ['an empty name', { query: 'query a { cursor }', operationName: '' }],
])('A17: %s', async (_, operation) => {
  const { status, answer } = await send(JSON.stringify(operation));
  expect(status).toBe(400);
  expect((bodyOf(answer) as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code).toBe(
    'OPERATION_RESOLUTION_FAILURE',
  );
});

test('a hundred requests in one write are answered in their order', async () => {
  const each = (i: number) => {
    const body = JSON.stringify({ query: `{ a${i}: __typename }` });
    return request(body, { connection: i === 99 ? 'close' : 'keep-alive' }) + body;
  };
  const answer = await raw(Array.from({ length: 100 }, (_, i) => each(i)).join(''));
  const order = [...answer.matchAll(/"a(\d+)":"Query"/g)].map(([, i]) => Number(i));
  expect(order).toEqual(Array.from({ length: 100 }, (_, i) => i));
});

test.each([
  ['no HTTP', 'hello\r\n\r\n', 400],
  ['a head that is too large', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ['no Host', 'GET /healthz HTTP/1.1\r\nconnection: close\r\n\r\n', 400],
  ['an expectation that nobody knows', 'POST /graphql HTTP/1.1\r\nhost: x\r\nexpect: much\r\n\r\n', 417],
  ['an address that is none', 'GET /attachments/% HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 400],
  ['a NUL in the address', 'GET /attachments/%00 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 400],
  ['a NUL in the name of a hook', 'POST /hooks/sms/%00 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 400],
])('%s is refused with a word, in the form of every other refusal', async (_, text, status) => {
  const answer = await raw(text);
  expect(statusOf(answer)).toBe(status);
  const { errors } = bodyOf(answer) as { errors: { message: string; extensions: unknown }[] };
  expect(errors).toEqual([
    { message: expect.stringMatching(/\w+ \w+/) as string, extensions: { code: 'BAD_REQUEST' } },
  ]);
});

test('a request that is two to different eyes is refused', async () => {
  const body = JSON.stringify({ query: '{ cursor }' });
  const smuggled = request(body, { 'transfer-encoding': 'chunked' });
  expect(statusOf(await raw(smuggled, body))).toBe(400);
});
