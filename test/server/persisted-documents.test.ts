import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { EventStream } from '../support/event-stream.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, withApp, type TestApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const LISTED = 'query Listed { viewer { principal } }';
const OF_RELAY = 'query OfRelay { viewer { role } }';
const IN_A_FILE = 'query InAFile { viewer { rights } }';
const WATCH = 'subscription Watch { viewerChanges: contextPackets(assignedToMe: true) { cursor } }';
const NOT_LISTED = 'query NotListed { viewer { principal role } }';

const folder = mkdtempSync(join(tmpdir(), 'punos-documents-'));
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const apollo = {
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: [
    { id: hashOf(LISTED), name: 'Listed', type: 'query', body: LISTED },
    { id: hashOf(WATCH), name: 'Watch', type: 'subscription', body: WATCH },
  ],
};
writeFileSync(join(folder, 'apollo.json'), JSON.stringify(apollo));
writeFileSync(join(folder, 'relay.json'), JSON.stringify({ 'an-id-of-relay': OF_RELAY }));
writeFileSync(join(folder, 'in-a-file.graphql'), `${IN_A_FILE}\n`);

const database = await withDatabase();
const open = await withApp(database);
const closed = await withApp(database, {
  DOCUMENTS_PATH: folder,
  DOCUMENTS_ALLOW_LIST: 'enforce',
  DOCUMENTS_ALLOW_LIST_ROLES: 'supervisor, agent',
});
const supervisor = (await aKey(database, 'supervisor')).secret;
const agent = (await aKey(database, 'agent', { scopes: ['orders:read'] })).secret;
const admin = (await aKey(database, 'admin')).secret;

interface Asked {
  query?: string;
  hash?: string;
  version?: number;
}
type Result = { data?: Record<string, unknown>; errors?: { message: string; extensions: { code: string } }[] };

const requestOf = ({ query, hash, version = 1 }: Asked) => ({
  ...(query === undefined ? {} : { query }),
  ...(hash === undefined ? {} : { extensions: { persistedQuery: { version, sha256Hash: hash } } }),
});

/** One operation over each transport: what came back first. */
const TRANSPORTS: Record<string, (app: TestApp, secret: string, asked: Asked) => Promise<Result>> = {
  async POST(app, secret, asked) {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify(requestOf(asked)),
    });
    return (await response.json()) as Result;
  },
  async GET(app, secret, asked) {
    const { query, extensions } = requestOf(asked);
    const search = new URLSearchParams({
      ...(query === undefined ? {} : { query }),
      ...(extensions ? { extensions: JSON.stringify(extensions) } : {}),
    });
    const response = await fetch(`${app.url}/graphql?${search}`, {
      headers: { authorization: `Bearer ${secret}`, 'apollo-require-preflight': 'yes' },
    });
    return (await response.json()) as Result;
  },
  async WebSocket(app, secret, asked) {
    const socket = await new RawSocket(app.socketUrl).connected(secret);
    const request = requestOf(asked);
    socket.send({ id: '1', type: 'subscribe', payload: { ...request, query: request.query ?? '' } });
    await socket.until(() => socket.of('1').length > 0);
    const { type, payload } = socket.of('1')[0] as { type: string; payload?: unknown };
    socket.close();
    return type === 'error' ? ({ errors: payload } as Result) : (payload as Result);
  },
  async SSE(app, secret, asked) {
    const stream = await EventStream.open(app.url, secret, requestOf(asked));
    await stream.until(() => stream.events.length > 0);
    stream.close();
    return stream.events[0]!.data as Result;
  },
};
const codeOf = ({ errors }: Result) => errors?.[0]?.extensions.code;

test.each(Object.entries(TRANSPORTS))(
  'over %s a document is registered with its hash and then sent by it',
  async (name, send) => {
    const query = `query Over${name} { viewer { principal } }`;
    const hash = hashOf(query);

    const missed = await send(open, admin, { hash });
    expect(codeOf(missed)).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(missed.errors![0]!.message).toBe('PersistedQueryNotFound');

    const wrong = await send(open, admin, { query, hash: hashOf('another') });
    expect(codeOf(wrong)).toBe('BAD_REQUEST');
    expect(wrong.errors![0]!.message).toBe('provided sha does not match query');
    expect(codeOf(await send(open, admin, { hash: hashOf('another') }))).toBe('PERSISTED_QUERY_NOT_FOUND');

    expect((await send(open, admin, { query, hash })).data).toHaveProperty('viewer');
    for (const transport of Object.values(TRANSPORTS))
      for (let again = 0; again < 2; again += 1)
        expect((await transport(open, supervisor, { hash })).data).toHaveProperty('viewer');
    expect(codeOf(await send(open, admin, { hash, version: 2 }))).toBe('BAD_REQUEST');
  },
);

test('a document that is not in the store answers with 200, as clients of Apollo expect', async () => {
  const response = await fetch(`${open.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${admin}` },
    body: JSON.stringify(requestOf({ hash: hashOf('nothing') })),
  });
  expect(response.status).toBe(200);
});

test('a hash is no way round the rights, the limits and the form of a request', async () => {
  const query = '{ contextPacket(customerId: "cus_00000000000000000000000000") { version } }';
  const tooDeep = `{ node(id: "x") { ${'... on Conversation { customer { conversations { nodes { '.repeat(6)} id ${'} } } }'.repeat(6)} } }`;
  for (const send of Object.values(TRANSPORTS)) {
    await send(open, admin, { query, hash: hashOf(query) });
    for (let again = 0; again < 2; again += 1)
      expect(codeOf(await send(open, agent, { hash: hashOf(query) }))).toBe('FORBIDDEN');
    const registered = await send(open, admin, { query: tooDeep, hash: hashOf(tooDeep) });
    expect(codeOf(registered)).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(codeOf(await send(open, admin, { hash: hashOf(tooDeep) }))).toMatch(/VALIDATION_FAILED|NOT_FOUND/);
  }
  const simple = await fetch(
    `${open.url}/graphql?extensions=${encodeURIComponent(JSON.stringify(requestOf({ hash: hashOf(query) }).extensions))}`,
    {
      headers: { authorization: `Bearer ${admin}` },
    },
  );
  expect(simple.status).toBe(400);
});

test.each(Object.entries(TRANSPORTS))(
  'over %s an enforced list lets its documents pass, by text and by id, and no others',
  async (name, send) => {
    for (const query of [LISTED, OF_RELAY, IN_A_FILE]) {
      expect((await send(closed, supervisor, { query })).data).toHaveProperty('viewer');
      expect((await send(closed, supervisor, { hash: hashOf(query) })).data).toHaveProperty('viewer');
    }
    expect((await send(closed, supervisor, { hash: 'an-id-of-relay' })).data).toHaveProperty('viewer');

    for (const query of [NOT_LISTED, `${LISTED} `, '{ __schema { types { name } } }', '{ not graphql']) {
      const refused = await send(closed, supervisor, { query });
      expect(refused.data ?? null).toBeNull();
      expect(codeOf(refused)).toBe(
        query === '{ not graphql' && ['POST', 'GET'].includes(name) ? 'GRAPHQL_PARSE_FAILED' : 'DOCUMENT_NOT_ALLOWED',
      );
    }
    expect(codeOf(await send(closed, supervisor, { query: NOT_LISTED, hash: hashOf(NOT_LISTED) }))).toBe(
      'DOCUMENT_NOT_ALLOWED',
    );
    // Known to the server now, and nevertheless not on the list.
    expect((await send(closed, admin, { query: NOT_LISTED, hash: hashOf(NOT_LISTED) })).data).toHaveProperty('viewer');
    expect(codeOf(await send(closed, supervisor, { hash: hashOf(NOT_LISTED) }))).toBe('DOCUMENT_NOT_ALLOWED');
    expect(codeOf(await send(closed, supervisor, { query: NOT_LISTED }))).toBe('DOCUMENT_NOT_ALLOWED');
  },
);

test('a refused document answers 403; the rights of a listed one are asked as ever', async () => {
  const post = (secret: string, query: string) =>
    fetch(`${closed.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query }),
    });
  expect((await post(supervisor, NOT_LISTED)).status).toBe(403);
  const stream = await EventStream.open(closed.url, agent, { query: WATCH });
  await stream.until(() => stream.events.length > 0);
  expect(codeOf(stream.events[0]!.data as Result)).toBe('FORBIDDEN');
  stream.close();
});

test('what cannot be read stops the start and is named', async () => {
  const broken = join(mkdtempSync(join(tmpdir(), 'punos-documents-')), 'broken.json');
  writeFileSync(broken, '{"id": 1}');
  await expect(withApp(database, { DOCUMENTS_PATH: broken })).rejects.toThrow(/broken\.json is no list of documents/);
  await expect(withApp(database, { DOCUMENTS_ALLOW_LIST: 'log' })).rejects.toThrow(/without DOCUMENTS_PATH/);
  await expect(withApp(database, { DOCUMENTS_ALLOW_LIST_ROLES: 'boss' })).rejects.toThrow(/must name roles/);
});
