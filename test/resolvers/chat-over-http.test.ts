import { expect, test } from 'vitest';

import { ensureAgent } from '../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../src/services/conversations/ensure-inbox.ts';
import { aPicture, download, upload } from '../support/attachments.ts';
import { post } from '../support/graphql.ts';
import { aKey, systemScope, withApp } from '../support/start-app.ts';
import { withDatabase } from '../support/with-database.ts';

const database = await withDatabase();
const { sql } = database;
const app = await withApp(database);
await ensureInbox(systemScope(database), { channel: 'live_chat', externalId: 'chat', name: 'Chat' });
await ensureInbox(systemScope(database), { channel: 'email', externalId: 'mail', name: 'Mail' });
const agentId = await ensureAgent(systemScope(database), { externalId: 'a', name: 'Aada', capacity: 5, skills: {} });

const page = await aKey(database, 'integration', { scopes: ['graph:read', 'sessions:write'] });
const shop = await aKey(database, 'integration');
const agent = await aKey(database, 'agent', { agentId });

const visitor = async (input: object = {}, secret = page.secret) => {
  const query = `mutation ($input: VisitorSessionStartInput!) { visitorSessionStart(input: $input) { token customerId } }`;
  const { body } = await post(app.url, secret, query, { input: { inbox: 'chat', ...input } });
  return body.data!['visitorSessionStart'] as unknown as { token: string; customerId: string };
};
interface Sent {
  message: { id: string; text: string; conversation: { id: string } } | null;
  isRedelivery: boolean | null;
  userErrors: { code: string; field: string[] | null }[];
}
const say = async (token: string, text: string, clientMessageId: string) => {
  const query = `mutation ($input: ChatMessageSendInput!) {
    chatMessageSend(input: $input) { message { id text conversation { id } } isRedelivery userErrors { code field } }
  }`;
  const { body } = await post(app.url, token, query, { input: { text, clientMessageId } });
  return body.data!['chatMessageSend'] as unknown as Sent;
};
const counts = async () =>
  (
    await sql`select (select count(*)::int from messages) as messages,
  (select count(*)::int from conversations) as conversations, (select count(*)::int from customers) as customers`
  )[0];
const legsOf = (conversationId: string) =>
  sql`select e.address, e.customer_id, i.external_id as inbox from legs l join endpoints e on e.id = l.endpoint_id
    join inboxes i on i.id = e.inbox_id where l.conversation_id = ${conversationId}`;

test('C4: a visitor’s words are the visitor’s own, and the reply goes to exactly that visitor’s chat', async () => {
  const [one, other] = [await visitor(), await visitor()];

  const asked = await say(one.token, 'Is the lamp in stock?', 'm-1');
  const others = await say(other.token, 'Something else', 'm-1');

  expect(asked).toMatchObject({ isRedelivery: false, userErrors: [], message: { text: 'Is the lamp in stock?' } });
  expect(others.message!.conversation.id).not.toBe(asked.message!.conversation.id);
  const [leg, ...more] = await legsOf(asked.message!.conversation.id);
  expect(more).toEqual([]);
  expect(leg).toMatchObject({ inbox: 'chat', customerId: one.customerId });
  const reply = `mutation ($id: ID!) { messageSend(id: $id, input: { text: "Yes." }) { message { id } userErrors { code } } }`;
  await post(app.url, agent.secret, reply, { id: asked.message!.conversation.id });
  const mine = `{ conversations { nodes { messages { nodes { text } } } } }`;
  const texts = async (token: string) =>
    (
      (await post(app.url, token, mine)).body.data!['conversations'] as unknown as {
        nodes: { messages: { nodes: { text: string }[] } }[];
      }
    ).nodes.map(({ messages }) => messages.nodes.map(({ text }) => text));
  expect(await texts(one.token)).toEqual([['Yes.', 'Is the lamp in stock?']]);
  expect(await texts(other.token)).toEqual([['Something else']]);
});

test('the same client message id again is the first message; with other words it is refused; somebody else’s is not met', async () => {
  const [one, other] = [await visitor(), await visitor()];
  const first = await say(one.token, 'Hello', 'same');
  const before = await counts();

  const repeats = await Promise.all(Array.from({ length: 5 }, () => say(one.token, 'Hello', 'same')));
  const changed = await say(one.token, 'Bye', 'same');

  for (const repeat of repeats) expect(repeat).toEqual({ ...first, isRedelivery: true });
  expect(changed).toEqual({
    message: null,
    isRedelivery: null,
    userErrors: [{ code: 'EXTERNAL_ID_REUSED', field: ['clientMessageId'] }],
  });
  expect(await counts()).toEqual(before);
  expect(await say(other.token, 'Hello', 'same')).toMatchObject({ isRedelivery: false });
  const named = await say(other.token, 'Hello', `chat:${one.customerId}:same`);
  expect(named.message!.id).not.toBe(first.message!.id);
});

test('five first messages at once open one conversation', async () => {
  const one = await visitor();

  const sent = await Promise.all(Array.from({ length: 5 }, (_, n) => say(one.token, `Hello ${n}`, `m-${n}`)));

  expect(new Set(sent.map(({ message }) => message!.conversation.id)).size).toBe(1);
  expect(new Set(sent.map(({ message }) => message!.id)).size).toBe(5);
});

test('after the login the chat goes on: one conversation, one leg, and what is sent again is no second message', async () => {
  const anonymous = await visitor();
  const first = await say(anonymous.token, 'Where is my parcel?', 'before');
  const identity = { kind: 'EMAIL', value: 'aino@example.com' };

  const known = await visitor({ inbox: null, identity, visitorToken: anonymous.token }, shop.secret);
  const again = await say(known.token, 'Where is my parcel?', 'before');
  const next = await say(known.token, 'It is me.', 'after');

  expect(again).toEqual({ ...first, isRedelivery: true });
  expect(next.message!.conversation.id).toBe(first.message!.conversation.id);
  expect(await legsOf(first.message!.conversation.id)).toHaveLength(1);
});

test('a shopper who logs in before the first word is answered in the chat of this person', async () => {
  const known = await visitor({ identity: { kind: 'EMAIL', value: 'leo@example.com' } }, shop.secret);

  const sent = await say(known.token, 'Hello', 'm-1');
  const fromThePhone = await visitor({ identity: { kind: 'EMAIL', value: 'leo@example.com' } }, shop.secret);
  const second = await say(fromThePhone.token, 'Me again', 'm-2');

  expect(sent.userErrors).toEqual([]);
  expect(await legsOf(sent.message!.conversation.id)).toMatchObject([{ customerId: known.customerId }]);
  expect(second.message!.conversation.id).toBe(sent.message!.conversation.id);
});

test('C5: without a live chat in the session nothing is written, whatever right the caller has', async () => {
  const [row] = await sql<{ id: string }[]>`select id from customers limit 1`;
  const customer = await aKey(database, 'customer', { customerId: row!.id });
  const before = await counts();

  const refused = { message: null, isRedelivery: null, userErrors: [{ code: 'NOT_ALLOWED', field: null }] };
  expect(await say((await visitor({ inbox: null })).token, 'Hello', 'm')).toEqual(refused);
  expect(await say((await visitor({ inbox: 'mail' })).token, 'Hello', 'm')).toEqual(refused);
  expect(await say(customer.secret, 'Hello', 'm')).toEqual(refused);

  const { customers, ...rest } = (await counts())!;
  expect({ ...rest, customers: customers - 2 }).toEqual(before);
  const query = 'mutation { chatMessageSend(input: { text: "x", clientMessageId: "m" }) { isRedelivery } }';
  for (const { secret } of [page, shop, agent])
    expect((await post(app.url, secret, query)).body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test('an empty or endless text is refused with its field', async () => {
  for (const text of ['', ' \n ', 'x'.repeat(4_001)])
    expect((await say((await visitor()).token, text, 'm')).userErrors).toMatchObject([
      { code: 'INVALID_INPUT', field: ['text'] },
    ]);
  for (const id of ['', 'x'.repeat(101)])
    expect((await say((await visitor()).token, 'Hello', id)).userErrors).toMatchObject([
      { field: ['clientMessageId'] },
    ]);
});

test('C3: notes, handoffs and who looks on stay inside: a visitor reads public words alone', async () => {
  const one = await visitor();
  const { id } = (await say(one.token, 'Hello', 'm')).message!.conversation;
  await post(
    app.url,
    agent.secret,
    `mutation ($id: ID!) { noteAdd(id: $id, input: { text: "SECRET" }) { userErrors { code } } }`,
    { id },
  );
  await post(
    app.url,
    agent.secret,
    `mutation ($id: ID!, $to: ID!) { conversationHandOff(id: $id, input: { to: { agentId: $to }, summary: "SECRET" }) { userErrors { code } } }`,
    { id, to: agentId },
  );

  for (const field of ['notes { nodes { text } }', 'handoffs { nodes { summary } }', 'assignee { name }']) {
    const answer = await post(app.url, one.token, `query ($id: ID!) { conversation(id: $id) { ${field} } }`, { id });
    expect(JSON.stringify(answer.body)).not.toMatch(/SECRET|Aada/);
    expect(answer.body.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  }
  const read = `query ($id: ID!) { conversation(id: $id) { presence { partyKind } messages { nodes { text } } } }`;
  expect((await post(app.url, one.token, read, { id })).body.data!['conversation']).toEqual({
    presence: [],
    messages: { nodes: [{ text: 'Hello' }] },
  });
});

test('who writes without end is slowed down', async () => {
  const one = await visitor();
  const codes = [];
  for (let n = 0; n < 40; n += 1) {
    const query = `mutation ($input: ChatMessageSendInput!) { chatMessageSend(input: $input) { isRedelivery } }`;
    const { body } = await post(app.url, one.token, query, { input: { text: 'x', clientMessageId: `m-${n}` } });
    codes.push(body.errors?.[0]?.extensions['code'] ?? null);
  }
  expect(codes.filter((code) => code === 'RATE_LIMITED').length).toBeGreaterThan(0);
  expect(codes.slice(0, 15)).toEqual(Array(15).fill(null));
});

test('C4: a visitor sends own uploads, and nobody else’s', async () => {
  const [one, other] = [await visitor(), await visitor()];
  const { id: conversation } = (await say(one.token, 'It is broken', 'f-1')).message!.conversation;
  const { id: elsewhere } = (await say(other.token, 'Hi', 'f-1')).message!.conversation;
  expect((await upload(app.url, other.token, { conversation }, aPicture())).status).toBe(404);
  const mine = (await upload(app.url, one.token, { conversation, filename: 'lamp.png' }, aPicture('mine'))).body;
  const theirs = (await upload(app.url, other.token, { conversation: elsewhere }, aPicture('theirs'))).body;
  const query = `mutation ($input: ChatMessageSendInput!) {
    chatMessageSend(input: $input) { message { attachments { id filename } } userErrors { code field } } }`;
  const send = async (clientMessageId: string, ids: string[]) =>
    (await post(app.url, one.token, query, { input: { text: 'See', clientMessageId, attachmentIds: ids } })).body.data![
      'chatMessageSend'
    ] as unknown;
  const before = await counts();
  expect(await send('f-2', [mine.attachmentId, theirs.attachmentId])).toEqual({
    message: null,
    userErrors: [{ code: 'NOT_FOUND', field: ['input', 'attachmentIds'] }],
  });
  expect(await counts()).toEqual(before);
  expect(await send('f-2', [mine.attachmentId])).toEqual({
    message: { attachments: [{ id: mine.attachmentId, filename: 'lamp.png' }] },
    userErrors: [],
  });
  expect((await download(app.url, one.token, mine.attachmentId)).status).toBe(200);
  expect((await download(app.url, agent.secret, mine.attachmentId)).status).toBe(200);
  expect((await download(app.url, other.token, mine.attachmentId)).status).toBe(404);
});
