import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { aKey, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database, { MAX_BODY_BYTES: '10000', CORS_ORIGINS: 'https://shop.example' });
const key = await aKey(database, 'admin');
const authorization = `Bearer ${key.secret}`;
const body = JSON.stringify({ query: '{ cursor }' });

/** Headers as they are, without what fetch would correct. */
async function raw(
  method: string,
  path: string,
  headers: Record<string, string>,
  content = '',
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${app.url}${path}`, { method, headers: { authorization, ...headers } }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end(content);
  });
}

test('A3: a GET query needs a header that no simple page can send', async () => {
  const path = `/graphql?query=${encodeURIComponent('{ cursor }')}`;
  expect((await raw('GET', path, {})).status).toBe(400);
  expect((await raw('GET', path, { 'apollo-require-preflight': 'yes' })).status).toBe(200);
});

test('A3: a mutation by GET is refused', async () => {
  const path = `/graphql?query=${encodeURIComponent('mutation { viewerRevoke(principal: "x") { principal } }')}`;
  expect((await raw('GET', path, { 'apollo-require-preflight': 'yes' })).status).toBe(405);
});

test.each([
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-32',
  'application/json; charset=utf-16le',
  'application/json garbage',
  'application/json, text/plain',
  'application/json; charset=utf-8; boundary=x',
  'application/jsonx',
  '',
])('A4, A8, A9: a body of type "%s" is not read', async (type) => {
  const answer = await raw('POST', '/graphql', { 'content-type': type }, body);
  expect(answer.status).toBe(415);
  expect(answer.text).not.toContain('"data"');
});

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/graphql',
  'application/json; charset=utf-16',
  'application/json garbage',
  'message/rfc822',
])('A5: a GET that says its body is "%s" is refused, on both of its answers', async (type) => {
  const path = `/graphql?query=${encodeURIComponent('{ cursor }')}`;
  for (const accept of ['application/json', 'text/event-stream']) {
    const headers = { accept, 'apollo-require-preflight': 'yes' };
    const refused = await raw('GET', path, { ...headers, 'content-type': type });
    expect(refused.status).toBe(415);
    expect(refused.text).not.toContain('"data"');
    // The type is what was refused.
    expect((await raw('GET', path, { ...headers, 'content-type': 'application/json' })).status).toBe(200);
  }
});

test.each(['application/json', 'application/json; charset=utf-8', 'application/json;charset=UTF-8'])(
  'a body of type "%s" is read',
  async (type) => {
    expect((await raw('POST', '/graphql', { 'content-type': type }, body)).status).toBe(200);
  },
);

test('A6: a batch is refused and none of it runs, whatever it holds and however it is to be answered', async () => {
  const act = JSON.stringify({
    query: 'mutation { apiKeyCreate(input: { name: "batched", role: BOT }) { secret userErrors { code } } }',
  });
  // The document is known to the path beside Apollo by then.
  await raw('POST', '/graphql', { 'content-type': 'application/json' }, body);
  for (const batch of [`[${body},${body}]`, `[${act}]`, `[${body},${act}]`, '[]', '[[]]', '[null]'])
    for (const accept of ['application/json', 'application/graphql-response+json', '*/*']) {
      const answer = await raw('POST', '/graphql', { accept, 'content-type': 'application/json' }, batch);
      expect(answer.status).toBe(400);
      expect(answer.text).not.toContain('"data"');
    }
  const streamed = await raw(
    'POST',
    '/graphql',
    { accept: 'text/event-stream', 'content-type': 'application/json' },
    `[${act}]`,
  );
  expect(streamed.text).toContain('"BAD_REQUEST"');
  expect(await database.sql`select 1 from api_keys where name = 'batched'`).toHaveLength(0);
});

test('A7: a body over the limit is refused, by its length and by its bytes', async () => {
  const large = JSON.stringify({ query: '{ cursor }', variables: { a: 'x'.repeat(10_000) } });
  expect((await raw('POST', '/graphql', { 'content-type': 'application/json' }, large)).status).toBe(413);
  const status = await new Promise((resolve, reject) => {
    const request = httpRequest(
      `${app.url}/graphql`,
      {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      },
      (response) => resolve(response.statusCode),
    );
    request.on('error', reject);
    request.end(large);
  });
  expect(status).toBe(413);
});

test('A7: a compressed body is not inflated', async () => {
  const bomb = gzipSync(Buffer.alloc(1_000_000, 32));
  const answer = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: bomb,
  });
  expect([400, 415]).toContain(answer.status);
});

test('A10: three thousand headers are refused, and the server lives', async () => {
  const { hostname, port } = new URL(app.url);
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    socket.on('close', () => resolve(text));
    socket.on('error', () => resolve(text));
    socket.write(
      `GET /graphql HTTP/1.1\r\nhost: x\r\n${Array.from({ length: 3_000 }, (_, i) => `x-${i}: y\r\n`).join('')}\r\n`,
    );
  });
  expect(answer).toMatch(/^HTTP\/1\.1 (431|400) /);
  expect((await raw('GET', '/healthz', {})).status).toBe(200);
});

test.each([
  '{"query":"{ cursor }","__proto__":{"polluted":1}}',
  '{"query":"{ cursor }","variables":{"__proto__":{"polluted":1}}}',
  '{"query":"{ cursor }","variables":{"constructor":{"prototype":{"polluted":1}}}}',
])('A12: a key that reaches for prototypes is refused: %s', async (poison) => {
  expect((await raw('POST', '/graphql', { 'content-type': 'application/json' }, poison)).status).toBe(400);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test('A12: the same by GET', async () => {
  const variables = encodeURIComponent('{"__proto__":{"polluted":1}}');
  const path = `/graphql?query=${encodeURIComponent('{ cursor }')}&variables=${variables}`;
  expect((await raw('GET', path, { 'apollo-require-preflight': 'yes' })).status).toBe(400);
});

test('I13: answers are not kept by anybody, and tell nothing of the server', async () => {
  const answer = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body,
  });
  const path = `${app.url}/graphql?query=${encodeURIComponent('{ viewer { role } }')}`;
  const others = await Promise.all([
    fetch(path, { headers: { authorization, 'apollo-require-preflight': 'yes' } }),
    fetch(path, { headers: { 'apollo-require-preflight': 'yes' } }),
    fetch(path, { headers: { authorization, accept: 'text/event-stream' } }),
  ]);
  for (const other of others) await other.body?.cancel();
  expect(others.map(({ status }) => status)).toEqual([200, 401, 200]);
  for (const { headers } of [answer, ...others]) expect(headers.get('cache-control')).toContain('no-store');
  expect(answer.headers.get('x-powered-by')).toBeNull();
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
});

test.each([
  ['https://shop.example', 'https://shop.example'],
  ['https://shop.example.evil.example', null],
  ['https://evil-shop.example', null],
  ['https://shop.example:444', null],
  ['http://shop.example', null],
  ['null', null],
])('C28: a page of %s may read: %s', async (origin, allowed) => {
  const answer = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', origin },
    body,
  });
  expect(answer.headers.get('access-control-allow-origin')).toBe(allowed);
});

test('a lost page, a wrong method and the schema', async () => {
  expect((await raw('GET', '/nothing', {})).status).toBe(404);
  expect((await raw('DELETE', '/graphql', {})).status).toBe(404);
  expect((await raw('GET', '/schema.graphql', {})).text).toContain('type Query');
  expect(JSON.parse((await raw('GET', '/readyz', {})).text)).toEqual({ status: 'ready' });
});

test.each([
  ['a query', { query: '{ viewer { role } }' }],
  ['variables that are null', { query: '{ viewer { role } }', variables: null, operationName: null }],
  ['variables that are no object', { query: '{ viewer { role } }', variables: [1] }],
  ['an operation that is not there', { query: '{ viewer { role } }', operationName: 'other' }],
  ['an operation name that is no text', { query: '{ viewer { role } }', operationName: 7 }],
  ['a right that is missing', { query: 'query ($id: ID!) { customer(id: $id) { nothing: id } }', variables: {} }],
  ['a subscription', { query: 'subscription { contextPackets(customerId: "x") { cursor } }' }],
])('what is known is answered like what is not: %s', async (_, operation) => {
  const send = async (accept: string) => {
    const answer = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', accept },
      body: JSON.stringify(operation),
    });
    const { date: _date, ...headers } = Object.fromEntries(answer.headers);
    const { errors, data } = (await answer.json()) as { errors?: { extensions: unknown }[]; data?: unknown };
    return { status: answer.status, headers, codes: errors?.map(({ extensions }) => extensions), data };
  };
  for (const type of ['application/json', 'application/graphql-response+json']) {
    const unknown = await send(`${type}, text/html;q=0.1`);
    await send(type);
    const known = await send(type);
    const { 'content-length': _one, etag: _two, ...headers } = unknown.headers;
    expect(known).toMatchObject({ ...unknown, headers });
  }
});
