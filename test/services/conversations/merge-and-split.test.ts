import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';

import { addNote } from '../../../src/services/conversations/add-note.ts';
import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { mergeConversation } from '../../../src/services/conversations/merge-conversation.ts';
import { agentsByIds } from '../../../src/services/conversations/read-agents.ts';
import {
  conversationsByIds,
  legsOfConversations,
  listConversations,
} from '../../../src/services/conversations/read-conversations.ts';
import { messagesByIds, messagesOfConversations } from '../../../src/services/conversations/read-messages.ts';
import { recordSentMessage } from '../../../src/services/conversations/record-sent-message.ts';
import { reopenConversation } from '../../../src/services/conversations/reopen-conversation.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { sendMessage } from '../../../src/services/conversations/send-message.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { splitConversation } from '../../../src/services/conversations/split-conversation.ts';
import { updateConversation } from '../../../src/services/conversations/update-conversation.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { receiveMessages } from '../../../src/services/intake/receive-messages.ts';
import { routeConversation } from '../../../src/services/routing/route-conversation.ts';
import { journalOf, rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const page = { first: 100, after: null };
let count = 0;

beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
  await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
  await ensureInbox(scope, { externalId: 'sms', channel: 'sms', name: 'SMS' });
});

const at = (seconds: number) => new Date(scope.now.getTime() + seconds * 1_000);
const aMessage = (sender: string, inbox: string, threadId: string, seconds = 0, text = 'Hello') => ({
  inbox,
  sender: { kind: 'visitor_id' as const, value: sender },
  externalId: `x${(count += 1)}`,
  text,
  occurredAt: at(seconds),
  threadId,
});
const say = (sender: string, inbox: string, threadId: string, seconds = 0, text = 'Hello') =>
  receiveMessage(scope, aMessage(sender, inbox, threadId, seconds, text));
/** Two conversations of one person: by mail, then in the chat. */
async function aPair() {
  const sender = `s${(count += 1)}`;
  const mail = await say(sender, 'mail', `${sender}-m`, 0);
  const chat = await say(sender, 'chat', `${sender}-c`, 60);
  return { sender, mail, chat, a: mail.conversationId, b: chat.conversationId };
}
const read = async (id: string) => (await conversationsByIds(scope, [id]))[0]!;
const legsOf = async (id: string) => (await legsOfConversations(scope, [id as never]))[0]!;
const messagesOf = async (id: string, visibility: 'public' | 'internal' = 'public') =>
  (await messagesOfConversations(scope, [id as never], { ...page, visibility }))[0]!.nodes.map((message) => message.id);
const lastTold = async (id: string) => (await journalOf(sql, `conversation:${id}`)).at(-1)!;
const channelOf = async (messageId: string) => {
  const [row] = await sql<{ channel: string }[]>`
    select i.channel from messages m join legs l on l.id = m.leg_id and l.conversation_id = m.conversation_id
    join endpoints e on e.id = l.endpoint_id join inboxes i on i.id = e.inbox_id where m.id = ${messageId}`;
  return row!.channel;
};

test('a merged conversation is read under the survivor, and stays as a duplicate that names it', async () => {
  const { a, b, mail, chat } = await aPair();
  const note = await addNote(scope, b, 'Note');
  await updateConversation(scope, a, { tags: ['a'], priority: 'high' });
  await updateConversation(scope, b, { tags: ['b'], issueType: 'problem', subject: 'Chat' });

  expect(await mergeConversation(scope, b, a)).toBe(a);

  expect(await messagesOf(a)).toEqual([chat.messageId, mail.messageId]);
  expect(await messagesOf(a, 'internal')).toEqual([note]);
  expect(await messagesOf(b)).toEqual([]);
  expect(await read(a)).toMatchObject({
    status: 'open',
    channel: 'live_chat',
    lastMessageAt: at(60),
    subject: 'Chat',
    issueType: 'problem',
    priority: 'high',
    tags: ['a', 'b'],
    mergedIntoId: null,
  });
  expect(await read(b)).toMatchObject({ status: 'resolved', outcome: 'duplicate', mergedIntoId: a });
  expect((await legsOf(a)).map(({ channel }) => channel)).toEqual(['live_chat', 'email']);
  const listed = (await listConversations(scope, {}, page)).nodes.map(({ id }) => id);
  expect(listed).toContain(a);
  expect(listed).not.toContain(b);
  expect(await lastTold(b)).toMatchObject({
    type: 'conversation.merged',
    details: { conversationId: b, otherConversationId: a, status: 'resolved' },
  });
  const { inboxId } = (await legsOf(a)).find(({ channel }) => channel === 'email')!;
  expect(await lastTold(a)).toMatchObject({
    type: 'conversation.merged',
    details: { conversationId: a, otherConversationId: b, left: [`inbox:${inboxId}`, 'channel:email'] },
  });
  expect(await channelOf(await sendMessage(scope, a, 'Reply'))).toBe('live_chat');
});

test('what comes to the thread, the reference or the endpoint of a merged conversation goes to the survivor', async () => {
  const { sender, a, b } = await aPair();
  const { reference } = await read(b);
  await mergeConversation(scope, b, a);

  const inThread = await say(sender, 'chat', `${sender}-c`, 100);
  const byReference = await say(sender, 'sms', `${sender}-new`, 110, `About ${reference}`);
  const byEndpoint = await receiveMessage(scope, { ...aMessage(sender, 'chat', '', 120), threadId: null });
  const [inBatch, referredInBatch] = await receiveMessages(scope, [
    aMessage(sender, 'chat', `${sender}-c`, 130),
    aMessage(sender, 'sms', `${sender}-newer`, 140, `About ${reference}`),
  ]);

  for (const received of [inThread, byReference, byEndpoint, inBatch, referredInBatch])
    expect(received!.conversationId).toBe(a);
  expect(await messagesOf(a)).toHaveLength(7);
  expect(await messagesOf(b)).toEqual([]);
});

test('merging again leads all to the last survivor, also after it was resolved', async () => {
  const { sender, a, b } = await aPair();
  const { conversationId: c } = await say(sender, 'sms', `${sender}-s`, 90);
  await mergeConversation(scope, b, a);
  await mergeConversation(scope, a, c);

  expect((await read(b)).mergedIntoId).toBe(c);
  expect((await read(a)).mergedIntoId).toBe(c);
  await resolveConversation(scope, c);
  expect((await say(sender, 'chat', `${sender}-c`, 100)).conversationId).toBe(c);
  expect(await read(c)).toMatchObject({ status: 'open' });
});

test('the agent of a merged conversation gets the place back; the survivor keeps its own', async () => {
  const { a, b } = await aPair();
  const agent = await ensureAgent(scope, { externalId: `a${(count += 1)}`, name: 'A', capacity: 9, skills: {} });
  await setPresence(scope, agent, 'online');
  await routeConversation(scope, a);
  await routeConversation(scope, b);

  await mergeConversation(scope, b, a);

  expect((await agentsByIds(scope, [agent]))[0]!.load).toBe(1);
  expect((await read(a)).assigneeId).toBe(agent);
  await setPresence(scope, agent, 'offline');
});

test('split messages are a conversation of their own, and replies on both go where their messages came from', async () => {
  const { sender, a, b, chat } = await aPair();
  await mergeConversation(scope, b, a);

  const c = await splitConversation(scope, a, { messageIds: [chat.messageId], subject: 'Own matter' });

  expect(await messagesOf(c)).toEqual([chat.messageId]);
  expect(await read(c)).toMatchObject({
    status: 'open',
    subject: 'Own matter',
    channel: 'live_chat',
    assigneeId: null,
    openedAt: at(60),
    lastMessageAt: at(60),
  });
  expect(await read(a)).toMatchObject({ channel: 'email', lastMessageAt: at(0) });
  expect(await channelOf(await sendMessage(scope, c, 'Reply'))).toBe('live_chat');
  expect(await channelOf(await sendMessage(scope, a, 'Reply'))).toBe('email');
  expect((await journalOf(sql, `conversation:${c}`))[0]).toMatchObject({
    type: 'conversation.opened',
    details: { conversationId: c, otherConversationId: a },
  });
  const told = await journalOf(sql, `conversation:${a}`);
  expect(told.find(({ type }) => type === 'conversation.split')).toMatchObject({
    details: { conversationId: a, otherConversationId: c, messageCount: 1, channel: 'email' },
  });
  // The source's thread stays with the old one; an endpoint leads to whoever has it.
  expect((await say(sender, 'chat', `${sender}-c`, 200)).conversationId).toBe(a);
});

test('of one leg that is shared, each conversation gets its own with its own times', async () => {
  const { sender, a, mail } = await aPair();
  const second = await say(sender, 'mail', `${sender}-m`, 500);

  const c = await splitConversation(scope, a, { messageIds: [second.messageId] });

  expect((await legsOf(a)).map(({ channel, lastMessageAt }) => [channel, lastMessageAt])).toEqual([['email', at(0)]]);
  expect((await legsOf(c)).map(({ channel, startedAt }) => [channel, startedAt])).toEqual([['email', at(500)]]);
  expect((await read(a)).lastMessageAt).toEqual(at(0));
  expect((await messagesByIds(scope, [mail.messageId, second.messageId])).map((row) => row!.conversationId)).toEqual([
    a,
    c,
  ]);
  await mergeConversation(scope, c, a);
  expect((await legsOf(a)).map(({ channel, lastMessageAt }) => [channel, lastMessageAt])).toEqual([['email', at(500)]]);
});

test('a message recorded again after its conversation was split or merged is still the same message', async () => {
  const { a, b } = await aPair();
  const sent = {
    conversationId: a,
    externalId: `sent-${(count += 1)}`,
    text: 'Sent elsewhere',
    occurredAt: at(10),
    author: { kind: 'agent' as const, id: 'x' },
  };
  const id = await recordSentMessage(scope, sent);
  const c = await splitConversation(scope, a, { messageIds: [id] });

  expect(await recordSentMessage(scope, sent)).toBe(id);
  await mergeConversation(scope, c, b);
  expect(await recordSentMessage(scope, sent)).toBe(id);
});

test('what is refused changes nothing', async () => {
  const { a, b, mail, chat } = await aPair();
  const other = await aPair();
  const resolved = await aPair();
  await resolveConversation(scope, resolved.a);
  const gone = await aPair();
  await mergeConversation(scope, gone.b, gone.a);
  const { version } = await read(a);
  const absent = 'cnv_00000000000000000000000000';
  const before: Record<string, number> = { ...(await rowCounts(sql)) };

  const refused = [
    [() => mergeConversation(scope, a, a), 'INVALID_INPUT', ['intoId']],
    [() => mergeConversation(scope, a, other.a), 'OTHER_PERSON', ['intoId']],
    [() => mergeConversation(scope, a, absent), 'NOT_FOUND', ['intoId']],
    [() => mergeConversation(scope, absent, a), 'NOT_FOUND', ['id']],
    [() => mergeConversation(scope, resolved.b, resolved.a), 'CONVERSATION_RESOLVED', ['intoId']],
    [() => mergeConversation(scope, gone.b, gone.a), 'CONVERSATION_MERGED', ['id']],
    [() => mergeConversation(scope, a, b, version - 1), 'CONFLICT', ['expectedVersion']],
    [() => sendMessage(scope, gone.b, 'x'), 'CONVERSATION_MERGED', ['id']],
    [() => addNote(scope, gone.b, 'x'), 'CONVERSATION_MERGED', ['id']],
    [() => reopenConversation(scope, gone.b), 'CONVERSATION_MERGED', ['id']],
    [() => splitConversation(scope, a, { messageIds: [] }), 'INVALID_INPUT', ['messageIds']],
    [() => splitConversation(scope, a, { messageIds: [mail.messageId] }), 'INVALID_INPUT', ['messageIds']],
    [() => splitConversation(scope, a, { messageIds: [chat.messageId] }), 'NOT_FOUND', ['messageIds']],
    [() => splitConversation(scope, a, { messageIds: ['msg_absent'] }), 'NOT_FOUND', ['messageIds']],
  ] as const;
  for (const [act, code, field] of refused)
    await expect((async () => act())()).rejects.toMatchObject({ name: 'Refusal', code, field });
  const customer = aScope(database, 'customer', { customerId: mail.customerId });
  await expect(mergeConversation(customer, a, b)).rejects.toThrow('conversations:write');
  await expect(splitConversation(customer, a, { messageIds: ['x'] })).rejects.toThrow('conversations:write');
  const note = await addNote(scope, a, 'Hidden');
  await expect(splitConversation(aScope(database, 'bot'), a, { messageIds: [note] })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });

  expect(await rowCounts(sql)).toEqual({
    ...before,
    messages: before['messages']! + 1,
    events: before['events']! + 1,
  });
});

test('two who merge two conversations into each other at once: one does, nothing is lost', async () => {
  const { a, b } = await aPair();

  const results = await Promise.allSettled([mergeConversation(scope, a, b), mergeConversation(scope, b, a)]);

  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect([...(await messagesOf(a)), ...(await messagesOf(b))]).toHaveLength(2);
});

test('whatever is merged and split, no message is lost, doubled or answered elsewhere', async () => {
  const step = fc.record({ kind: fc.constantFrom('merge', 'split'), from: fc.nat(), to: fc.nat(), share: fc.nat() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const sender = `s${(count += 1)}`;
      const received = [];
      for (const [i, inbox] of ['mail', 'chat', 'sms', 'mail', 'chat', 'mail'].entries())
        received.push(await say(sender, inbox, `${sender}-${i % 4}`, i));
      const all = received.map(({ messageId }) => messageId).sort();
      const places = await Promise.all(all.map(channelOf));
      const open = [...new Set(received.map(({ conversationId }) => conversationId as string))];
      const ever = [...open];
      for (const { kind, from, to, share } of steps) {
        const source = open[from % open.length]!;
        if (kind === 'merge' && open.length > 1) {
          open.splice(open.indexOf(source), 1);
          await mergeConversation(scope, source, open[to % open.length]!);
        } else if (kind === 'split') {
          const messages = await messagesOf(source);
          if (messages.length < 2) continue;
          const messageIds = messages.slice(0, 1 + (share % (messages.length - 1)));
          const made = await splitConversation(scope, source, { messageIds });
          open.push(made);
          ever.push(made);
        }
      }
      const shown = await Promise.all(ever.map((id) => messagesOf(id)));
      expect(shown.flat().sort()).toEqual(all);
      expect(await Promise.all(all.map(channelOf))).toEqual(places);
      for (const id of open) {
        const [newest] = await messagesByIds(scope, [(await messagesOf(id))[0]!]);
        const conversation = await read(id);
        expect(conversation).toMatchObject({ lastMessageAt: newest!.occurredAt, inboxId: newest!.inboxId });
        expect((await legsOf(id)).length).toBe(new Set(await Promise.all((await messagesOf(id)).map(channelOf))).size);
      }
    }),
    { numRuns: 25 },
  );
});

test('two that are merged into each other lock their persons in one order, and nobody ends in a deadlock', async () => {
  const [one, other] = [await aPair(), await aPair()];
  const [low, high] = [one.mail, other.mail].sort((a, b) => (a.customerId < b.customerId ? -1 : 1)) as [
    typeof one.mail,
    typeof one.mail,
  ];
  for (const [id, into] of [
    [high, low],
    [low, high],
  ] as const) {
    let merging: Promise<unknown> = Promise.resolve();
    await database.begin(async (held) => {
      await held`select 1 from customers where id = ${low.customerId} for no key update`;
      merging = mergeConversation(scope, id.conversationId, into.conversationId).catch((error: unknown) => error);
      await until(
        () => sql`select 1 from pg_locks where not granted`,
        (waiting) => waiting.length > 0,
      );

      // Whoever waits for the lower one must not hold the higher one by then.
      const [free] = await sql`select id from customers where id = ${high.customerId} for no key update skip locked`;
      expect(free).toEqual({ id: high.customerId });
    });
    expect(await merging).toMatchObject({ code: 'OTHER_PERSON', field: ['intoId'] });
  }
});
