import { gzipSync } from 'node:zlib';

import { beforeAll, expect, test } from 'vitest';

import { readInstallation } from '../../src/services/events/installation.ts';
import { rotateHookSecret } from '../../src/services/conversations/rotate-hook-secret.ts';
import { dice } from '../support/dice.ts';
import { anId, anInboxWithHook, postHook, signed, type HookAnswer } from '../support/hooks.ts';
import { journalOf, rowCounts } from '../support/journal.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const app = await withApp(database, { MAX_BAD_SIGNATURES_PER_MINUTE: '1000000' });
const sms = await anInboxWithHook(database, { channel: 'sms', externalId: 'sms-fi' });
const review = await anInboxWithHook(database, { channel: 'review', externalId: 'reviews' });
const before = await rowCounts(sql);

let count = 0;
const aMessage = (but: object = {}) => ({
  type: 'message',
  externalId: `m-${(count += 1)}`,
  sender: { kind: 'phone', value: '+358401234567', displayName: 'Anna' },
  text: 'Where is my parcel?',
  occurredAt: new Date().toISOString(),
  ...but,
});

const send = (body: string, { to = sms, ...options }: { to?: typeof sms; id?: string; at?: Date } = {}) =>
  postHook(`${app.url}${to.path}`, signed(to.secret, body, options), body);
const say = (what: unknown, options: Parameters<typeof send>[1] = {}) => send(JSON.stringify(what), options);
const messageCount = async () => (await rowCounts(sql))['messages']!;
const refusedWith = (answer: HookAnswer) => [answer.status, answer.body.code, answer.body.field];

beforeAll(() => expect(before['messages']).toBe(0));

test('a signed message is stored when the answer comes, and the inbox stands in the journal as who told it', async () => {
  const answer = await say(aMessage({ subject: 'Parcel', threadId: 't-1', language: 'en' }));

  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    type: 'message',
    messageId: expect.stringMatching(/^msg_/),
    conversationId: expect.stringMatching(/^cnv_/),
  });
  const [row] = await sql`
    select m.text, m.inbox_id, c.channel, c.subject from messages m join conversations c on c.id = m.conversation_id
    where m.id = ${String(answer.body['messageId'])}`;
  expect(row).toEqual({ text: 'Where is my parcel?', inboxId: sms.id, channel: 'sms', subject: 'Parcel' });
  const [event] = await sql`
    select actor from events where type = 'message.received' and details->>'messageId' = ${String(answer.body['messageId'])}`;
  expect(event!['actor']).toBe(`system:hook:${sms.id}`);
});

test('a hundred messages come in one request, all of them or none', async () => {
  const many = Array.from({ length: 100 }, (_, i) =>
    aMessage({ sender: { kind: 'phone', value: `+3584012300${i % 10}${i % 10}` } }),
  );
  const stored = await messageCount();

  const good = await say({ messages: many });
  const bad = await say({
    messages: [
      ...many.slice(0, 98).map((each) => ({ ...each, externalId: `${each.externalId}x` })),
      aMessage({ text: ' ' }),
    ],
  });

  expect(good.status).toBe(200);
  const results = good.body['results'] as { messageId: string }[];
  expect(new Set(results.map(({ messageId }) => messageId)).size).toBe(100);
  const rows = await sql<
    { id: string; externalId: string }[]
  >`select id, external_id from messages where id = any (${results.map(({ messageId }) => messageId)})`;
  const byId = new Map(rows.map(({ id, externalId }) => [id, externalId]));
  expect(results.map(({ messageId }) => byId.get(messageId))).toEqual(many.map(({ externalId }) => externalId));
  expect(refusedWith(bad)).toEqual([422, 'INVALID_INPUT', ['messages', '98', 'text']]);
  expect(await messageCount()).toBe(stored + 100);
});

test('a message of a source that had delivered it before is the same message', async () => {
  const message = aMessage();
  const [first, second] = [await say(message), await say(message)];

  expect(second).toMatchObject({ status: 200, body: first.body });
  expect(refusedWith(await say({ ...message, text: 'Another text' }))).toEqual([
    409,
    'EXTERNAL_ID_REUSED',
    ['externalId'],
  ]);
});

test('what became of a message of ours is reported, by our id or by the id of the medium', async () => {
  const { body: received } = await say(aMessage({ sender: { value: '+358409999999' } }));
  const key = await aKey(database, 'agent');
  const { post } = await import('../support/graphql.ts');
  const sent = await post(
    app.url,
    key.secret,
    'mutation($id: ID!) { messageSend(id: $id, input: { text: "On its way" }) { message { id } userErrors { code } } }',
    { id: received['conversationId'] },
  );
  const messageId = (sent.body.data as unknown as { messageSend: { message: { id: string } } }).messageSend.message.id;
  const report = { type: 'delivery', messageId, state: 'delivered', occurredAt: new Date().toISOString() };

  expect(await say(report)).toMatchObject({ status: 200, body: { type: 'delivery', messageId } });
  const [row] = await sql`select state from deliveries where message_id = ${messageId}`;
  expect(row!['state']).toBe('delivered');
  // Another inbox speaks of its own messages only, and a report of nothing is told so, and may come again.
  expect((await say(report, { to: review })).status).toBe(422);
  const unknown = { ...report, messageId: 'msg_01jd0000000000000000000000' };
  const id = anId();
  expect(refusedWith(await say(unknown, { id }))).toEqual([422, 'NOT_FOUND', ['id']]);
  expect((await say(unknown, { id })).status).toBe(422);
});

test('a channel that is public and knows its senders otherwise says so without being told', async () => {
  const answer = await say(aMessage({ sender: { value: 'reviewer-1' } }), { to: review });

  const [row] = await sql`
    select i.kind from messages m join identities i on i.customer_id = m.customer_id where m.id = ${String(answer.body['messageId'])}`;
  expect(row!['kind']).toBe('external_id');
});

test.each<[string, (headers: Record<string, string>) => Record<string, string | string[]>]>([
  ['missing', ({ 'webhook-signature': _, ...rest }) => rest],
  ['without an id', ({ 'webhook-id': _, ...rest }) => rest],
  ['without a timestamp', ({ 'webhook-timestamp': _, ...rest }) => rest],
  ['empty', (headers) => ({ ...headers, 'webhook-signature': '' })],
  ['wrong', (headers) => ({ ...headers, 'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}` })],
  ['truncated', (headers) => ({ ...headers, 'webhook-signature': headers['webhook-signature']!.slice(0, -1) })],
  ['in another case', (headers) => ({ ...headers, 'webhook-signature': headers['webhook-signature']!.toLowerCase() })],
  ['without its version', (headers) => ({ ...headers, 'webhook-signature': headers['webhook-signature']!.slice(3) })],
  [
    'of another version',
    (headers) => ({ ...headers, 'webhook-signature': `v2${headers['webhook-signature']!.slice(2)}` }),
  ],
  [
    'there twice',
    (headers) => ({ ...headers, 'webhook-signature': [headers['webhook-signature']!, headers['webhook-signature']!] }),
  ],
  [
    'in one header with a comma',
    (headers) => ({
      ...headers,
      'webhook-signature': `${headers['webhook-signature']}, ${headers['webhook-signature']}`,
    }),
  ],
  [
    'one of eleven',
    (headers) => ({ ...headers, 'webhook-signature': Array(11).fill(headers['webhook-signature']).join(' ') }),
  ],
  ['beside a second id', (headers) => ({ ...headers, 'webhook-id': [headers['webhook-id']!, 'evt_other'] })],
])('E1: a signature that is %s is refused, and nothing is stored', async (_, change) => {
  const stored = await rowCounts(sql);
  const body = JSON.stringify(aMessage());
  const answer = await postHook(`${app.url}${sms.path}`, change(signed(sms.secret, body)), body);

  expect([answer.status, answer.body.code]).toEqual([401, 'UNAUTHENTICATED']);
  expect(await rowCounts(sql)).toEqual(stored);
});

test('E1: the secret of another inbox signs nothing here; one good signature among others is enough', async () => {
  const body = JSON.stringify(aMessage());
  const headers = signed(review.secret, body);

  expect((await postHook(`${app.url}${sms.path}`, headers, body)).status).toBe(401);
  const both = `v1a,c2lnbmF0dXJl ${headers['webhook-signature']} ${signed(sms.secret, body, { id: headers['webhook-id']! })['webhook-signature']}`;
  expect((await postHook(`${app.url}${sms.path}`, { ...headers, 'webhook-signature': both }, body)).status).toBe(200);
});

test('E2: no byte of body, id, timestamp, signature or path can change unnoticed', async () => {
  const { roll } = dice(20261121);
  const stored = await rowCounts(sql);
  const body = JSON.stringify(aMessage());
  const headers = signed(sms.secret, body);
  const places = ['body', 'path', 'webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
  const accepted: string[] = [];
  const mutate = (text: string) => {
    const at = roll(text.length);
    const code = 0x21 + roll(94);
    const changed = `${text.slice(0, at)}${String.fromCharCode(code)}${text.slice(at + 1)}`;
    return changed === text ? `${text.slice(0, at)}${text.slice(at + 1)}` : changed;
  };
  const attempt = async (index: number) => {
    const place = places[index % places.length]!;
    const changedBody = place === 'body' ? mutate(body) : body;
    const path = place === 'path' ? mutate(sms.path.slice(1)) : sms.path.slice(1);
    const changedHeaders = place in headers ? { ...headers, [place]: mutate(headers[place]!) } : headers;
    const { status } = await postHook(`${app.url}/${path}`, changedHeaders, changedBody);
    if (status < 400 || status >= 500)
      accepted.push(`${status} ${place} ${path} ${JSON.stringify(changedHeaders)} ${changedBody}`);
  };
  for (let done = 0; done < 500; done += 25) await Promise.all(Array.from({ length: 25 }, (_, i) => attempt(done + i)));

  expect(accepted).toEqual([]);
  expect(await rowCounts(sql)).toEqual(stored);
  expect((await postHook(`${app.url}${sms.path}?x=1`, headers, body)).status).toBe(401);
  expect((await postHook(`${app.url}${sms.path}`, headers, body)).status).toBe(200);
});

test('E3: what is signed are the bytes as they came: other JSON of the same meaning is refused, the sender’s own is taken', async () => {
  const message = aMessage({ text: 'Missä on pakettini? 📦' });
  const body = JSON.stringify(message);
  const headers = signed(sms.secret, body);
  const escaped = body.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const put = (bytes: string | Buffer, extra: Record<string, string> = {}) =>
    postHook(`${app.url}${sms.path}`, { ...headers, ...extra }, bytes);

  expect(escaped).not.toBe(body);
  expect((await put(JSON.stringify(message, null, 1))).status).toBe(401);
  expect((await put(escaped)).status).toBe(401);
  expect((await put(`${body}\n`)).status).toBe(401);
  expect((await put(gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(415);
  expect((await put(gzipSync(body))).status).toBe(401);
  expect((await send(`${escaped}\n`)).status).toBe(200);
  const [row] = await sql`select text from messages where external_id = ${message.externalId}`;
  expect(row!['text']).toBe('Missä on pakettini? 📦');
});

test('E5: while secrets are changed over both are good, afterwards only the new one', async () => {
  const inbox = await anInboxWithHook(database, { channel: 'sms', externalId: 'sms-rotating' });
  const installation = await readInstallation(sql);
  expect((await say(aMessage(), { to: inbox })).status).toBe(200);

  const rotated = await rotateHookSecret(systemScope(database), installation, { id: inbox.id, overlapHours: 1 }, null);
  const renewed = { ...inbox, secret: rotated.hookSecret! };
  expect((await say(aMessage(), { to: inbox })).status).toBe(200);
  expect((await say(aMessage(), { to: renewed })).status).toBe(200);

  await sql`update inboxes set earlier_hook_secret_until = now() where id = ${inbox.id}`;
  await expect.poll(async () => (await say(aMessage(), { to: inbox })).status, { timeout: 60_000 }).toBe(401);
  expect((await say(aMessage(), { to: renewed })).status).toBe(200);
});

test('E6: an inbox without a secret takes nothing, whatever signs it', async () => {
  const inbox = await anInboxWithHook(database, { channel: 'sms', externalId: 'sms-closed' });
  await sql`update inboxes set hook_secret = null, hook_secret_prefix = null where id = ${inbox.id}`;

  expect((await say(aMessage(), { to: inbox })).status).toBe(401);
  const empty = { ...inbox, secret: `whsec_${Buffer.alloc(1).toString('base64')}` };
  expect((await say(aMessage(), { to: empty })).status).toBe(401);
});

test('E6: a channel that is not asked whether a hook is ours does not answer the question', async () => {
  const answer = await postHook(`${app.url}${sms.path}?hub.challenge=42&hub.verify_token=x`, {}, '', 'GET');

  expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
});

test('E7: a request of more than five minutes ago or ahead is refused; clocks may be four minutes apart', async () => {
  const at = (seconds: number) => ({ at: new Date(Date.now() + seconds * 1_000) });

  for (const seconds of [-302, 302, -86_400, 31_536_000]) expect((await say(aMessage(), at(seconds))).status).toBe(401);
  for (const seconds of [-240, 240]) expect((await say(aMessage(), at(seconds))).status).toBe(200);
});

test('E7: a replay within five minutes is answered like the first and does nothing; the same id for something else is refused', async () => {
  const message = aMessage();
  const [body, id] = [JSON.stringify(message), anId()];
  const headers = signed(sms.secret, body, { id });
  const first = await postHook(`${app.url}${sms.path}`, headers, body);
  const stored = await rowCounts(sql);

  const again = await postHook(`${app.url}${sms.path}`, headers, body);

  expect(again).toMatchObject({ status: 200, body: first.body });
  expect(await rowCounts(sql)).toEqual(stored);
  expect(refusedWith(await say(aMessage(), { id }))).toEqual([409, 'IDEMPOTENCY_KEY_REUSED', ['idempotencyKey']]);
  expect(await rowCounts(sql)).toEqual(stored);
});

test('E8: the same request a hundred times at once has one effect, and every answer says the same', async () => {
  const body = JSON.stringify(aMessage({ sender: { value: '+358407654321' } }));
  const headers = signed(sms.secret, body);
  const stored = await messageCount();

  const answers = await Promise.all(
    Array.from({ length: 100 }, () => postHook(`${app.url}${sms.path}`, headers, body)),
  );

  expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200));
  expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
  expect(await messageCount()).toBe(stored + 1);
});

test('E14: markup in names and texts is kept as text, exactly', async () => {
  const hostile = "<script>alert(1)</script><img src=x onerror=alert(1)> '; drop table messages; --";
  const { body } = await say(aMessage({ sender: { value: '+358401112233', displayName: hostile }, text: hostile }));

  const [row] = await sql`
    select m.text, c.display_name from messages m join customers c on c.id = m.customer_id where m.id = ${String(body['messageId'])}`;
  expect(row).toEqual({ text: hostile, displayName: hostile });
});

const own = (json: string) => JSON.stringify(aMessage()).replace(/}$/, `,${json}}`);
test.each<[string, () => string | Buffer, number]>([
  ['two megabytes', () => JSON.stringify(aMessage({ text: 'x'.repeat(2_000_000) })), 413],
  ['a text that is too long', () => JSON.stringify(aMessage({ text: 'x'.repeat(100_001) })), 422],
  ['ten thousand items', () => JSON.stringify({ messages: Array(10_000).fill({}) }), 422],
  ['no items', () => JSON.stringify({ messages: [] }), 422],
  ['NUL in a text', () => JSON.stringify(aMessage({ text: 'a\0b' })), 422],
  ['NUL in a name', () => JSON.stringify(aMessage({ sender: { value: '+358401234567', displayName: '\0' } })), 422],
  ['NUL in an id', () => JSON.stringify(aMessage({ externalId: 'a\0' })), 422],
  ['half a surrogate pair', () => JSON.stringify(aMessage({ text: '\ud83d' })), 422],
  ['half a surrogate pair in an id', () => JSON.stringify(aMessage({ externalId: '\udc00' })), 422],
  [
    'bytes that are no UTF-8',
    () => Buffer.concat([Buffer.from('{"type":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    400,
  ],
  ['no JSON', () => '{"type":', 400],
  ['nothing', () => '', 400],
  ['a list', () => '[]', 400],
  ['null', () => 'null', 400],
  ['a hundred thousand brackets', () => '['.repeat(100_000), 400],
  ['deep objects', () => `{"type":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`, 422],
  ['__proto__', () => own('"__proto__":{"isAdmin":true}'), 422],
  ['constructor', () => own('"constructor":{"prototype":{"x":1}}'), 422],
  [
    '__proto__ as a sender',
    () => JSON.stringify(aMessage()).replace('"kind":"phone"', '"__proto__":{"kind":"phone"}'),
    422,
  ],
  ['a field that nobody knows', () => own('"thread_id":"t"'), 422],
  ['a type that nobody knows', () => JSON.stringify(aMessage({ type: 'activity' })), 422],
  ['a kind that nobody knows', () => JSON.stringify(aMessage({ sender: { kind: 'toString', value: 'x' } })), 422],
  ['a number for a text', () => JSON.stringify(aMessage({ text: 5 })), 422],
  ['a moment without a zone', () => JSON.stringify(aMessage({ occurredAt: '2026-11-21T10:00:00' })), 422],
  ['a moment of the far future', () => JSON.stringify(aMessage({ occurredAt: '9999-12-31T10:00:00Z' })), 422],
  ['a language that is none', () => JSON.stringify(aMessage({ language: '$$' })), 422],
  [
    'NUL in the id of a delivery',
    () =>
      JSON.stringify({ ...{ type: 'delivery', state: 'sent', externalId: '\0' }, occurredAt: '2026-11-21T10:00:00Z' }),
    422,
  ],
  [
    'a delivery of nothing',
    () => JSON.stringify({ type: 'delivery', state: 'sent', occurredAt: '2026-11-21T10:00:00Z' }),
    422,
  ],
  [
    'a delivery that is queued again',
    () => JSON.stringify({ type: 'delivery', messageId: 'x', state: 'queued', occurredAt: '2026-11-21T10:00:00Z' }),
    422,
  ],
])('E14: %s is refused in words, and nothing is stored', async (_, make, status) => {
  const stored = await rowCounts(sql);
  const body = make();
  const headers = signed(sms.secret, 'x');
  const { signatureOf } = await import('../../src/values/standard-webhooks.ts');
  const head = { id: headers['webhook-id']!, timestamp: headers['webhook-timestamp']! };
  const signature = `v1,${signatureOf(sms.secret, head, Buffer.from(body))}`;
  const answer = await postHook(`${app.url}${sms.path}`, { ...headers, 'webhook-signature': signature }, body).catch(
    // A body that is far too large may be cut off while it is sent.
    (error: NodeJS.ErrnoException): HookAnswer => ({
      status: error.code === 'EPIPE' || error.code === 'ECONNRESET' ? 413 : 0,
      headers: {},
      body: { code: 'BAD_REQUEST', message: 'cut' },
    }),
  );

  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject({ code: expect.any(String), message: expect.any(String) });
  expect(await rowCounts(sql)).toEqual(stored);
  expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
});

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'message/rfc822',
  '',
])('a body of type "%s" is not understood on this channel', async (type) => {
  const body = JSON.stringify(aMessage());
  const answer = await postHook(`${app.url}${sms.path}`, { ...signed(sms.secret, body), 'content-type': type }, body);

  expect(answer.status).toBe(415);
});

test('E16: what the path does not name is not found, signed or not, and what it names is not signed', async () => {
  const body = JSON.stringify(aMessage());
  const unsigned = { 'content-type': 'application/json' };
  for (const path of [
    '/hooks/sms/nobody',
    '/hooks/telepathy/sms-fi',
    '/hooks/email/sms-fi',
    `/hooks/sms/${review.id}`,
  ]) {
    const answers = [
      await postHook(`${app.url}${path}`, signed(sms.secret, body), body),
      await postHook(`${app.url}${path}`, unsigned, body),
    ];
    expect(
      answers.map((answer) => [answer.status, answer.body.code]),
      path,
    ).toEqual(Array(2).fill([404, 'NOT_FOUND']));
  }
  expect((await postHook(`${app.url}${sms.path}`, unsigned, body)).status).toBe(401);
  // The id of the inbox is a name of it too.
  expect((await postHook(`${app.url}/hooks/sms/${sms.id}`, signed(sms.secret, body), body)).status).toBe(200);
});

test('every answer of a hook is counted by channel', async () => {
  const text = await (await fetch(`${app.url}/metrics`)).text();

  expect(text).toMatch(/punos_hook_requests_total\{channel="sms",outcome="accepted"\} \d+/);
  expect(text).toMatch(/punos_hook_requests_total\{channel="sms",outcome="refused"\} \d+/);
  expect(text).not.toMatch(/punos_hook_requests_total\{channel="telepathy"/);
  expect((await journalOf(sql)).every(({ details }) => !JSON.stringify(details).includes('parcel'))).toBe(true);
});
