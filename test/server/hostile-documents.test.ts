import { getIntrospectionQuery } from 'graphql';
import { afterAll, describe, expect, test } from 'vitest';

import { EventStream } from '../support/event-stream.ts';
import { post } from '../support/graphql.ts';
import { deep, HOSTILE_DOCUMENTS } from '../support/hostile-documents.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const app = await withApp(database, { RATE_COST_BURST: '1000000', MAX_FRAME_BYTES: '131072' });
const key = await aKey(database, 'supervisor', {
  scopes: ['graph:read', 'customers:read', 'conversations:read', 'context:read'],
});
// Six mutations are refused for their number before their rights are looked at.
const socket = await new RawSocket(app.socketUrl).connected(key.secret);
afterAll(() => socket.close());

interface Verdict {
  code: unknown;
  count: number;
  text: string;
}
const verdictOf = (errors: { message: string; extensions: Record<string, unknown> }[] | undefined): Verdict => ({
  code: errors?.[0]?.extensions['code'] ?? 'RAN',
  count: errors?.length ?? 0,
  text: JSON.stringify(errors ?? []),
});

async function overHttp(query: string, variables?: Record<string, unknown>) {
  const answer = await post(app.url, key.secret, query, variables);
  return { ...verdictOf(answer.body.errors), status: answer.status, data: answer.body.data };
}

let operations = 0;
async function overSocket(query: string, variables?: Record<string, unknown>) {
  const id = String((operations += 1));
  socket.subscribe(id, query, variables);
  await socket.until(() => socket.of(id).length > 0 || socket.closed !== null);
  const [frame] = socket.of(id);
  if (!frame) throw new Error(`closed: ${JSON.stringify(socket.closed)}`);
  return verdictOf(frame.type === 'error' ? frame.payload : (frame.payload as never as { errors?: never })?.errors);
}

async function overStream(query: string, variables?: Record<string, unknown>) {
  const stream = await EventStream.open(app.url, key.secret, { query, variables });
  await stream.ended;
  return verdictOf((stream.events[0]?.data as { errors?: never } | undefined)?.errors);
}

test.each(HOSTILE_DOCUMENTS)('D4, B20 ($name): $code on every transport', async ({ query, variables, code }) => {
  const http = await overHttp(query, variables);

  expect(http).toMatchObject({ code, status: code === 'FORBIDDEN' ? 403 : 400 });
  expect(http.data).toBeUndefined();
  expect(http.count).toBeLessThanOrEqual(10);
  // A document that is valid is known by now and answered beside Apollo: nothing may differ.
  expect(await overHttp(query, variables)).toEqual(http);
  expect((await overSocket(query, variables)).code).toBe(code);
  expect((await overStream(query, variables)).code).toBe(code);
});

/** Milliseconds of CPU for one refusal, of this process: the server's and its client's together. The middle of several, after some to warm up. */
async function cpuOf(ask: () => Promise<Verdict>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 15; i += 1) {
    const before = process.cpuUsage();
    await ask();
    const { user, system } = process.cpuUsage(before);
    if (i >= 5) times.push((user + system) / 1_000);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

test.each(HOSTILE_DOCUMENTS.filter(({ name }) => /^B[278]:/.test(name)))(
  '$name is cheap to refuse',
  async ({ name, query, variables }) => {
    const [http, ofSocket] = [
      await cpuOf(() => overHttp(query, variables)),
      await cpuOf(() => overSocket(query, variables)),
    ];
    const { count } = await overHttp(query, variables);
    console.log(
      `${name} (${Buffer.byteLength(query)} bytes): ${http.toFixed(1)} ms of CPU over HTTP, ${ofSocket.toFixed(1)} ms over WebSocket, client included; ${count} errors`,
    );
    expect(count).toBeLessThanOrEqual(10);
  },
);

test('B11: what is refused for its cost says what it would have cost', async () => {
  const answer = await post(
    app.url,
    key.secret,
    '{ customers(first: 100) { nodes { conversations(first: 100) { nodes { id } } } } }',
  );
  expect(answer.body.errors?.[0]?.extensions).toEqual({
    code: 'COST_EXCEEDED',
    cost: { requested: 10_101 + 100, maximum: 1_000 },
  });
});

/** The first result of a document, whole, on each way that it can take. The first POST goes through Apollo, the second one beside it. */
async function everywhere(query: string, variables?: Record<string, unknown>) {
  const through = await post(app.url, key.secret, query, variables);
  const beside = await post(app.url, key.secret, query, variables);
  const id = `d4 ${(operations += 1)}`;
  socket.subscribe(id, query, variables);
  await socket.until(() => socket.of(id).length === 2);
  const stream = await EventStream.open(app.url, key.secret, { query, variables });
  await stream.ended;
  return [
    through.body,
    beside.body,
    (socket.of(id)[0] as unknown as { payload: unknown }).payload,
    stream.events[0]!.data,
  ] as { data?: unknown; errors?: unknown; extensions: { cost: { requested: number } } }[];
}

describe('what is allowed', () => {
  test.each<[string, Record<string, unknown>?]>([
    ['{ viewer { role principal } }'],
    ['query a($id: ID!) { customer(id: $id) { id } }', { id: 'cus_nobody' }],
    ['query b($n: Int = 2) { customers(first: $n) { nodes { id } pageInfo { hasNextPage } } }'],
    ['{ a: viewer { ...r } ...q } fragment r on Viewer { role } fragment q on Query { b: viewer { role } }'],
    ['query c($no: Boolean!) { viewer { role @skip(if: $no) principal @include(if: $no) } }', { no: true }],
    ['{ __typename __type(name: "Viewer") { name fields { name } } }'],
    ['{ conversations(first: 3) { edges { cursor node { id } } } }'],
    ['query d($f: ConversationFilter) { conversations(filter: $f) { nodes { id } } }', { f: {} }],
    [deep(10)],
    ['{ customer(id: "cus_x") { id } node(id: "nothing") { id } }'],
  ])('D4: %s has one answer and one price on every way', async (query, variables) => {
    const [through, ...others] = await everywhere(query, variables);
    expect(through!.data).toBeDefined();
    expect(through!.errors).toBeUndefined();
    for (const { data, errors, extensions } of others)
      expect({ data, errors, requested: extensions.cost.requested }).toEqual({
        ...{ data: through!.data, errors: through!.errors },
        requested: through!.extensions.cost.requested,
      });
  });

  test('introspection as GraphiQL asks for it', async () => {
    const answer = await post(
      app.url,
      key.secret,
      getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true }),
    );
    expect(answer.status).toBe(200);
    expect(answer.body.data?.['__schema']).toBeDefined();
  });

  test('ten levels, not counting lists', async () => {
    const answer = await post(app.url, key.secret, deep(10));
    expect(answer.body).toMatchObject({ data: { customer: null } });
  });

  test('fifteen aliases and ten directives', async () => {
    const aliases = Array.from({ length: 15 }, (_, i) => `a${i}: role ${i < 10 ? '@include(if: true)' : ''}`).join(' ');
    const answer = await post(app.url, key.secret, `{ viewer { ${aliases} } }`);
    expect(answer.status).toBe(200);
  });
});

describe('near misses', () => {
  const words = [
    'customr',
    'customerss',
    'conversatons',
    'curser',
    'viewr',
    'nod',
    'apiKey',
    'contextPackt',
    'displayNam',
    'EMAL',
    'idd',
    'kindd',
  ];

  test.each(words)('B17: "%s" gets no suggestion on any transport', async (word) => {
    const documents: [string, Record<string, unknown>?][] = [
      [`{ ${word} }`],
      [`{ customer(${word}: 1, id: "x") { ${word} } }`],
      [`{ customerByIdentity(kind: ${word}, value: "x") { id } }`],
      [`query ($x: ${word}) { cursor }`],
      [`{ viewer { ...${word} } } fragment viewerr on Viewer { role }`],
      [`{ conversations(filter: { ${word}: 1 }) { nodes { id } } }`],
      ['query ($f: ConversationFilter) { conversations(filter: $f) { nodes { id } } }', { f: { [word]: 1 } }],
      ['query ($k: IdentityKind!) { customerByIdentity(kind: $k, value: "x") { id } }', { k: word }],
      [`{ cursor @${word}(if: true) includ: cursor @inclde(if: true) }`],
    ];
    for (const [query, variables] of documents) {
      for (const verdict of [await overHttp(query, variables), await overSocket(query, variables)]) {
        expect(verdict.text).not.toMatch(/did you mean/i);
        expect(verdict.code).not.toBe('INTERNAL_SERVER_ERROR');
      }
    }
  });
});
