/**
 * Cases of group B (exhausting us) that are no document to be refused: those are in test/support/hostile-documents.ts, on every transport (B20).
 * B17 also in test/execution/suggestions.test.ts, B18 in test/faults, B24 in test/fuzz. What does not apply: B12, the points that an operation asks for are
 * what it costs, nothing is given back, and `extensions.cost` says both figures; B23, the limiter has no store to lose: each
 * process counts by itself.
 */
import { expect, test } from 'vitest';

import { BoundedMap } from '../../src/execution/bounded-map.ts';
import { fullTextsOfMessages, messagesByIds } from '../../src/services/conversations/read-messages.ts';
import { AnswerTooLarge } from '../../src/values/answer-too-large.ts';
import { asking } from '../support/asking.ts';
import { countStatements } from '../support/count-statements.ts';
import { EventStream } from '../support/event-stream.ts';
import { post } from '../support/graphql.ts';
import { aViewer } from '../support/scopes.ts';
import { RawSocket } from '../support/socket.ts';
import { aKey, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const place = await withDatabase();
const admin = await aKey(place, 'admin');
const open = await withApp(place, { RATE_COST_BURST: '10000000', RATE_COST_PER_SECOND: '1000000' });

await place.sql`
  insert into customers (id, created_at, updated_at)
  select 'cus_' || lpad(n::text, 26, '0'), now() - n * interval '1 second', now() from generate_series(1, 2000) n`;

test('B5: ten aliases of what is asked for anyway cost no statement more', async () => {
  const { database, count } = countStatements(place.database);
  const shop = await asking(database);
  const id = `cus_${'1'.padStart(26, '0')}`;
  const statements = async (aliases: number, inner: string) => {
    const before = count();
    const fields = Array.from({ length: aliases }, (_, i) => `a${i}: customer(id: $id) { ${inner} }`).join(' ');
    const { data, errors } = await shop.ask(aViewer('admin'), `query ($id: ID!) { ${fields} }`, { id });
    expect(errors).toBeUndefined();
    expect(Object.keys(data!)).toHaveLength(aliases);
    return count() - before;
  };
  for (const inner of [
    'id',
    'id conversations(first: 5) { nodes { id } }',
    'identities { value } orders(first: 5) { nodes { id } }',
  ]) {
    const one = await statements(1, inner);
    const ten = await statements(10, inner);
    console.log(`B5: { ${inner} } asked for once: ${one} statements, by ten aliases: ${ten}`);
    expect(one).toBeGreaterThan(0);
    expect(ten).toBe(one);
  }
});

test('B14: a hundred thousand texts leave a thousand behind; a hash nobody registered is refused', async () => {
  const answer = await fetch(`${open.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }),
  });
  const body = (await answer.json()) as { data?: unknown; errors: unknown[] };
  expect(body.data).toBeUndefined();
  expect(body.errors).toHaveLength(1);

  const kept = new BoundedMap<number>(1_000);
  for (let i = 0; i < 100_000; i += 1) kept.set(`query q${i} { cursor }`, i);
  expect(kept.size).toBe(1_000);
});

test.each([
  [
    'ten kilobytes to search for',
    'query ($q: String!) { customerSearch(query: $q) { nodes { customer { id } } } }',
    { q: '%a%'.repeat(3_400) },
  ],
  ['a pattern', 'query ($q: String!) { customerSearch(query: $q) { nodes { customer { id } } } }', { q: '(a+)+$%_\\' }],
])('B15: %s ends as no bug of ours', async (_, query, variables) => {
  const { status, body } = await post(open.url, admin.secret, query, variables);
  expect(status).toBeLessThan(500);
  expect(JSON.stringify(body)).not.toContain('INTERNAL_SERVER_ERROR');
});

test('B16: a thousand heavy queries at once keep nobody from asking for our health or for a little, and who is sent away is told when to come back', async () => {
  const heavy =
    '{ customers(first: 40) { nodes { id conversations(first: 20) { nodes { id } } } } orders(first: 50) { nodes { id } } }';
  // A flood by many hands: each of them has its own budget, and one of them asks more than it may have waiting.
  const keys = [admin, ...(await Promise.all(Array.from({ length: 4 }, () => aKey(place, 'admin'))))];
  const agent = await aKey(place, 'agent');
  let answered = 0;
  const running = Promise.all(
    Array.from({ length: 1_000 }, async (_, i) => {
      // Not all in one turn of the loop: the kernel keeps so many connections that nobody has accepted yet, and no more.
      for (let turns = i / 100; turns >= 1; turns -= 1) await new Promise((resolve) => setImmediate(resolve));
      const { status, headers, body } = await post(open.url, keys[i < 600 ? 0 : i % 5]!.secret, heavy);
      answered += 1;
      return { status, retryAfter: headers.get('retry-after'), code: body.errors?.[0]?.extensions['code'] };
    }),
  );
  let isOver = false;
  const over = () => (isOver = true);
  void running.then(over, over);
  const light: { ms: number; status: number; heavyMeanwhile: number }[] = [];
  const health = new Set<number>();
  while (!isOver) {
    const [began, before] = [performance.now(), answered];
    const { status } = await post(open.url, agent.secret, '{ cursor viewer { role } }');
    light.push({ ms: performance.now() - began, status, heavyMeanwhile: answered - before });
    health.add((await fetch(`${open.url}/healthz`)).status);
  }
  const counts: Record<string, number> = {};
  for (const { status, retryAfter, code } of await running) {
    counts[status] = (counts[status] ?? 0) + 1;
    if (status !== 200)
      expect({ retryAfter, code }).toEqual({ retryAfter: '1', code: status === 429 ? 'RATE_LIMITED' : 'UNAVAILABLE' });
  }
  const at = (share: number) => [...light].sort((a, b) => a.ms - b.ms)[Math.floor((light.length - 1) * share)]!.ms;
  console.log(
    `B16: 1,000 heavy queries ${JSON.stringify(counts)}; ${light.length} light ones beside them, p50 ${Math.round(at(0.5))} ms, p99 ${Math.round(at(0.99))} ms`,
  );
  expect(new Set(light.map(({ status }) => status))).toEqual(new Set([200]));
  expect(health).toEqual(new Set([200]));
  expect(Object.keys(counts).filter((status) => !['200', '429', '503'].includes(status))).toEqual([]);
  expect(counts[200]).toBeGreaterThan(0);
  // Whoever asks a little does not wait until the flood is over: fewer are answered meanwhile than one hand alone may have waiting.
  const meanwhile = light.map(({ heavyMeanwhile }) => heavyMeanwhile).sort((a, b) => a - b);
  expect(meanwhile[Math.floor(meanwhile.length / 2)]).toBeLessThan(200);
});

test('B19: an answer that is too large is refused on every transport, and says how large it would have been', async () => {
  const small = await withApp(place, { MAX_ANSWER_BYTES: '30000' });
  const asking = (first: number) => ({
    query: `query ($first: Int!) { customers(first: $first) { nodes { ${Array.from({ length: 8 }, (_, i) => `a${i}: id`).join(' ')} } } }`,
    variables: { first },
  });
  const { query, variables } = asking(100);
  // Known by the second time: beside Apollo and through it.
  for (let i = 0; i < 2; i += 1) {
    const { status, body } = await post(small.url, admin.secret, query, variables);
    expect({ status, data: body.data, errors: body.errors }).toEqual({
      ...{ status: 400, data: undefined },
      errors: [
        {
          message: expect.stringContaining('30000 are allowed') as string,
          extensions: { code: 'COST_EXCEEDED', answerBytes: 30_625, maximum: 30_000 },
        },
      ],
    });
  }
  const socket = await new RawSocket(small.socketUrl).connected(admin.secret);
  socket.subscribe('1', query, variables);
  await socket.until(() => socket.of('1').some(({ type }) => type === 'complete'));
  expect(JSON.stringify(socket.of('1')[0])).toContain('"COST_EXCEEDED"');
  socket.close();
  const stream = await EventStream.open(small.url, admin.secret, asking(100));
  await stream.ended;
  expect(JSON.stringify(stream.events[0]?.data)).toContain('"COST_EXCEEDED"');
  expect((await post(small.url, admin.secret, query, { first: 90 })).status).toBe(200);
});

test('B19: texts that are too long together are neither read nor written to the end', async () => {
  const shop = await asking(place.database);
  const { data } = await shop.ask(
    aViewer('admin'),
    `mutation { inboxCreate(input: { externalId: "long", channel: WEB_FORM, name: "Long" }) { inbox { id } }
      messageReceive(input: { inbox: "long", externalId: "m", text: "a", occurredAt: "2026-11-20T10:00:00Z", sender: { kind: EMAIL, value: "a@b.example" } }) { message { id } } }`,
  );
  const { id } = (data as never as { messageReceive: { message: { id: string } } }).messageReceive.message;
  await place.sql`
    insert into messages
    select (jsonb_populate_record(m, jsonb_build_object('id', 'msg_' || lpad(n::text, 26, '0'), 'external_id', 'long-' || n,
      'text', repeat('€', 100000), 'full_text', repeat('€', 100000)))).*
    from messages m, generate_series(1, 60) n where m.id = ${id}`;
  const [{ conversationId } = { conversationId: '' }] = await place.sql<{ conversationId: string }[]>`
    select conversation_id from messages where id = ${id}`;
  const ask = (inner: string, first: number) =>
    post(
      open.url,
      admin.secret,
      `query ($id: ID!, $first: Int!) { conversation(id: $id) { messages(first: $first) { nodes { ${inner} } } } }`,
      { id: conversationId, first },
    );
  const verdicts: unknown[] = [];
  const before = process.memoryUsage().rss;
  // Known by the third time: by graphql-js first, then by a plan.
  for (let i = 0; i < 3; i += 1) {
    const { body } = await ask(Array.from({ length: 15 }, (_, n) => `a${n}: text`).join(' '), 50);
    verdicts.push({ data: body.data, code: body.errors?.[0]?.extensions['code'], message: body.errors?.[0]?.message });
  }
  console.log(
    `B19: three times a page whose answer would have 225 MB: memory grew by ${Math.round((process.memoryUsage().rss - before) / 1_048_576)} MB`,
  );
  const message = expect.stringContaining('too long for one answer') as string;
  expect(verdicts).toEqual(Array(3).fill({ data: undefined, code: 'COST_EXCEEDED', message }));
  expect((await ask('text', 50)).body.errors).toBeUndefined();

  const scope = { db: place.database, viewer: aViewer('admin'), now: new Date() };
  const ids = await place.sql<{ id: string }[]>`select id from messages`;
  await expect(
    messagesByIds(
      scope,
      ids.map((each) => each.id),
    ),
  ).rejects.toThrow(AnswerTooLarge);
  await expect(
    fullTextsOfMessages(
      scope,
      ids.map((each) => each.id),
    ),
  ).rejects.toThrow(AnswerTooLarge);
  expect(
    await messagesByIds(
      scope,
      ids.slice(0, 50).map((each) => each.id),
    ),
  ).toHaveLength(50);
});

const LIMITED = { MAX_COST: '100', RATE_COST_BURST: '200', RATE_COST_PER_SECOND: '1' };
const DEAR = '{ customers(first: 90) { nodes { id } } }';

test('B21: no header of its own gives a caller another budget', async () => {
  const app = await withApp(place, LIMITED);
  const agent = await aKey(place, 'agent');
  await post(app.url, agent.secret, DEAR);
  await post(app.url, agent.secret, DEAR);
  for (const headers of [
    { 'x-forwarded-for': '203.0.113.1' },
    { 'X-FORWARDED-FOR': '203.0.113.2', forwarded: 'for=203.0.113.3' },
    { 'x-real-ip': '2001:db8::1' },
    { authorization: `bearer   ${agent.secret}` },
  ])
    expect((await post(app.url, agent.secret, DEAR, {}, headers as never)).status).toBe(429);
});

test('B22: POST, GET, the socket and the event stream of one key have one budget', async () => {
  const app = await withApp(place, LIMITED);
  const agent = await aKey(place, 'agent');
  await post(app.url, agent.secret, DEAR);
  const socket = await new RawSocket(app.socketUrl).connected(agent.secret);
  socket.subscribe('1', DEAR);
  await socket.until(() => socket.of('1').some(({ type }) => type === 'complete'));

  socket.subscribe('2', DEAR);
  await socket.until(() => socket.of('2').length > 0);
  expect(JSON.stringify(socket.of('2')[0])).toContain('RATE_LIMITED');
  socket.close();
  const get = await fetch(`${app.url}/graphql?query=${encodeURIComponent(DEAR)}`, {
    headers: { authorization: `Bearer ${agent.secret}`, 'apollo-require-preflight': 'yes' },
  });
  expect(get.status).toBe(429);
  const stream = await EventStream.open(app.url, agent.secret, { query: DEAR });
  await stream.ended;
  expect(JSON.stringify(stream.events[0]?.data)).toContain('RATE_LIMITED');
});
