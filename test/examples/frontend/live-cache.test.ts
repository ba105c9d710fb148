import { afterAll, expect, inject, test } from 'vitest';

import { followConversation, followConversations } from '../../../examples/frontend/conversations.ts';
import {
  CONVERSATION,
  CONVERSATION_EVENTS,
  CONVERSATIONS,
  PACKET,
  PACKETS,
} from '../../../examples/frontend/documents.ts';
import { openClient } from '../../../examples/frontend/open-client.ts';
import { queryThenFollow } from '../../../examples/frontend/query-then-follow.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { turnJournal } from '../../../src/services/events/turn-journal.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { aWireTo } from '../../support/cut-wire.ts';
import { factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { aKey, withApp } from '../../support/start-app.ts';
import { startTestCluster } from '../../support/test-cluster.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';

// A transaction in any database of the server makes the place of a reader look old while a slice is dropped: others would hold up this file.
const cluster = await startTestCluster(inject('cluster').version);
afterAll(cluster.stop);
const database = await withDatabase(cluster);
const app = await withApp(database);
const scope = aScope(database.database, 'admin', { now: new Date() });
await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
const { secret } = await aKey(database, 'supervisor');

let written = 0;
const write = (from: string, text: string) =>
  receiveMessage(
    { ...scope, now: new Date() },
    {
      ...{ inbox: 'chat', externalId: `m${(written += 1)}`, text, occurredAt: new Date() },
      sender: { kind: 'email', value: `${from}@example.org` },
    },
  );

function aPage(url: string) {
  const page = openClient({ url, key: secret });
  afterAll(page.close);
  const errors: Error[] = [];
  return { ...page, errors, onError: (error: Error) => void errors.push(error) };
}
type Page = ReturnType<typeof aPage>;
const listOf = ({ client }: Page) => client.readQuery({ query: CONVERSATIONS })?.conversations.edges ?? [];
const textsOf = ({ client }: Page, conversationId: string) =>
  client
    .readQuery({ query: CONVERSATION, variables: { conversationId } })
    ?.conversation?.messages.edges.map(({ node }) => node.text) ?? [];

test('a socket that is cut five times in mid-stream loses nothing, repeats nothing and keeps the order', async () => {
  const { conversationId } = await write('aino', 'message 0');
  const wire = await aWireTo(app.url);
  const page = aPage(wire.url);
  const heard: string[] = [];
  followConversations(page.client, {
    onEvent: ({ type, message }) => void (type === 'MESSAGE_RECEIVED' && heard.push(message!.text)),
    onError: page.onError,
  });
  followConversation(page.client, conversationId, { onError: page.onError });
  await until(
    () => textsOf(page, conversationId),
    (texts) => texts.length === 1,
  );

  const sent: string[] = [];
  for (let cut = 1; cut <= 5; cut += 1) {
    for (let n = 0; n < 8; n += 1) {
      sent.push(`message ${sent.length + 1}`);
      await write(n % 2 ? 'aino' : `somebody-${cut}`, sent.at(-1)!);
      // In mid-stream: some were delivered in this life of the socket, the others are on their way.
      if (n === 4) wire.cut();
    }
    await until(
      () => heard.length,
      (count) => count > (cut - 1) * 8,
    );
  }
  await until(
    () => heard,
    (texts) => texts.length >= sent.length,
  );
  expect(heard).toEqual(sent);
  const { data } = await page.client.query({
    query: CONVERSATION,
    variables: { conversationId },
    fetchPolicy: 'no-cache',
  });
  await until(
    () => textsOf(page, conversationId),
    (texts) => texts.length === data!.conversation!.messages.edges.length,
  );
  expect(textsOf(page, conversationId)).toEqual(data!.conversation!.messages.edges.map(({ node }) => node.text));
  expect(page.errors).toEqual([]);
});

test('list and detail show the same, and the list is ordered as the server orders it', async () => {
  const page = aPage(app.url);
  followConversations(page.client, page);
  await until(
    () => listOf(page),
    (edges) => edges.length > 0,
  );
  await write('veera', 'first');
  const { conversationId } = await write('onni', 'second');
  await write('veera', 'third');
  await until(
    () => listOf(page).map(({ node }) => node.id),
    (ids) => ids[1] === conversationId,
  );

  const stop = followConversation(page.client, conversationId, page);
  await until(
    () => textsOf(page, conversationId),
    (texts) => texts.length === 1,
  );
  await write('onni', 'fourth');
  await until(
    () => textsOf(page, conversationId),
    (texts) => texts[0] === 'fourth' && texts.length === 2,
  );
  const [top] = listOf(page);
  const detail = page.client.readQuery({ query: CONVERSATION, variables: { conversationId } })!.conversation!;
  expect(top!.node).toMatchObject({ id: conversationId, version: detail.version, lastMessageAt: detail.lastMessageAt });
  stop();

  const fresh = await page.client.query({ query: CONVERSATIONS, fetchPolicy: 'no-cache' });
  expect(listOf(page).map(({ node }) => node)).toEqual(fresh.data!.conversations.edges.map(({ node }) => node));
  expect(page.errors).toEqual([]);
});

test('a packet in the cache follows the orders of its person', async () => {
  const { customerId } = await write('eeva', 'Hello');
  const page = aPage(app.url);
  queryThenFollow(page.client, { query: PACKET, subscription: PACKETS, variables: { customerId }, ...page });
  const packet = () => page.client.readQuery({ query: PACKET, variables: { customerId } })?.contextPacket;
  await until(packet, (seen) => seen?.orders.length === 0);
  await recordOrderFacts(scope, [factsOf('O-1', customerId).placed()]);
  expect((await until(packet, (seen) => seen?.orders.length === 1))!.orders[0]).toMatchObject({
    number: 'O-1',
    status: 'PENDING',
  });
});

test('a page that was away for longer than the journal remembers reads all anew and follows from there', async () => {
  const wire = await aWireTo(app.url);
  const page = aPage(wire.url);
  const heard: string[] = [];
  followConversations(page.client, {
    onEvent: ({ type, message }) => void (type === 'MESSAGE_RECEIVED' && heard.push(message!.text)),
    onError: page.onError,
  });
  const { conversationId } = await write('lumi', 'seen');
  await until(
    () => heard,
    (texts) => texts.includes('seen'),
  );

  wire.setDown(true);
  const missed = await write('meri', 'missed');
  const later = new Date(Date.now() + 60_000);
  // The first turn begins a slice, the second one begins the next and drops it.
  for (const _turn of [1, 2])
    await turnJournal(database.sql, { begunBefore: later, preparedBefore: later, endedBefore: later });
  wire.setDown(false);

  const ids = () => listOf(page).map(({ node }) => node.id);
  await until(ids, ([top]) => top === missed.conversationId);
  // A transaction of the server’s own that ran while the slice was dropped makes the new place look old as well: then all is read anew once
  // more, until that one has ended.
  let count = 0;
  await until(
    async () => {
      await write('lumi', `heard again ${(count += 1)}`);
      return heard;
    },
    (texts) => texts.length > 1,
    180_000,
    50,
  );
  await until(ids, ([top]) => top === conversationId);
  await until(
    () => heard.at(-1),
    (newest) => newest === `heard again ${count}`,
  );
  // From where it follows again nothing is left out, and what was missed is in the list and not told.
  const from = Number(heard[1]!.split(' ').at(-1));
  const again = Array.from({ length: count - from + 1 }, (_, i) => `heard again ${from + i}`);
  expect(heard).toEqual(['seen', ...again]);
  expect(page.errors).toEqual([]);
}, 240_000);

test('a key that is not let in is an error and no endless trying', async () => {
  const { client, close } = openClient({ url: app.url, key: 'pk_nobody' });
  afterAll(close);
  const error = await new Promise<Error>((resolve) => {
    client
      .subscribe({ query: CONVERSATION_EVENTS, variables: {} })
      .subscribe((result) => resolve(result.error as Error));
  });
  expect(error.message).toBe('Unauthorized');
});
