import { beforeAll, expect, test } from 'vitest';

import { addNote } from '../../../src/services/conversations/add-note.ts';
import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { agentsByIds, listAgents } from '../../../src/services/conversations/read-agents.ts';
import { conversationsByIds, listConversations } from '../../../src/services/conversations/read-conversations.ts';
import { messagesByIds, messagesOfConversations } from '../../../src/services/conversations/read-messages.ts';
import { reopenConversation } from '../../../src/services/conversations/reopen-conversation.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { sendMessage } from '../../../src/services/conversations/send-message.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { routeConversation } from '../../../src/services/routing/route-conversation.ts';
import type { AgentId } from '../../../src/values/ids.ts';
import { journalOf, rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const at = (seconds: number) => ({ ...scope, now: new Date(scope.now.getTime() + seconds * 1_000) });
let count = 0;

beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
  await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
});

async function aConversation(inbox: 'mail' | 'chat' = 'mail', occurredAt = scope.now) {
  const name = `s${(count += 1)}`;
  return receiveMessage(scope, {
    inbox,
    sender: { kind: 'visitor_id', value: name },
    externalId: name,
    text: 'Hello',
    occurredAt,
  });
}
async function anAgent(capacity = 5): Promise<AgentId> {
  const id = await ensureAgent(scope, { externalId: `a${(count += 1)}`, name: 'A', capacity, skills: {} });
  await setPresence(scope, id, 'online');
  return id;
}
const loadOf = async (id: AgentId) => (await agentsByIds(scope, [id]))[0]!.load;
const lastTold = async (id: string) => (await journalOf(sql, `conversation:${id}`)).at(-1)!;

test('a reply goes to the newest leg, moves the conversation up and is told without its text', async () => {
  const { conversationId, customerId } = await aConversation();
  const agent = aScope(database, 'agent', { agentId: 'agt_x', now: at(60).now });

  const id = await sendMessage(agent, conversationId, 'Secret answer');

  const [message] = await messagesByIds(scope, [id]);
  expect(message).toMatchObject({
    direction: 'outbound',
    visibility: 'public',
    authorKind: 'agent',
    authorId: 'agt_x',
    text: 'Secret answer',
    occurredAt: at(60).now,
  });
  expect(message!.legId).toMatch(/^leg_/);
  expect((await conversationsByIds(scope, [conversationId]))[0]!.lastMessageAt).toEqual(at(60).now);
  const told = await lastTold(conversationId);
  expect(told).toMatchObject({
    type: 'message.sent',
    streams: [`customer:${customerId}`, `conversation:${conversationId}`],
    topics: expect.arrayContaining(['conversations', 'channel:email']),
    details: { messageId: id },
  });
  expect(JSON.stringify(told)).not.toContain('Secret');
});

test('a bot writes as a bot, an integration could not write at all', async () => {
  const { conversationId } = await aConversation();

  const id = await sendMessage(aScope(database, 'bot'), conversationId, 'Beep');

  expect((await messagesByIds(scope, [id]))[0]).toMatchObject({ authorKind: 'bot', authorId: 'system:test-bot' });
  await expect(sendMessage(aScope(database, 'integration'), conversationId, 'x')).rejects.toThrow('messages:send');
});

test('notes are apart from messages and only for those who may read notes', async () => {
  const { conversationId } = await aConversation();
  const noteId = await addNote(scope, conversationId, 'Careful');
  const page = { first: 10, after: null };
  const bot = aScope(database, 'bot');

  const [messages] = await messagesOfConversations(scope, [conversationId], { ...page, visibility: 'public' });
  const [notes] = await messagesOfConversations(scope, [conversationId], { ...page, visibility: 'internal' });

  expect(messages!.nodes.map(({ text }) => text)).toEqual(['Hello']);
  expect(notes!.nodes.map(({ id, text }) => [id, text])).toEqual([[noteId, 'Careful']]);
  expect(await lastTold(conversationId)).toMatchObject({ type: 'note.added', details: { messageId: noteId } });
  await expect(
    messagesOfConversations(bot, [conversationId as never], { ...page, visibility: 'internal' }),
  ).rejects.toThrow('notes:read');
  expect(await messagesByIds(bot, [noteId])).toEqual([null]);
});

test('resolving frees the place, reopening takes it again', async () => {
  const agent = await anAgent();
  const { conversationId } = await aConversation();
  await routeConversation(scope, conversationId);
  expect(await loadOf(agent)).toBe(1);

  await resolveConversation(at(10), conversationId);
  expect(await loadOf(agent)).toBe(0);
  expect((await conversationsByIds(scope, [conversationId]))[0]).toMatchObject({
    status: 'resolved',
    resolvedAt: at(10).now,
    assigneeId: agent,
  });
  expect(await lastTold(conversationId)).toMatchObject({
    type: 'conversation.resolved',
    topics: expect.arrayContaining([`assignee:${agent}`]),
  });

  await reopenConversation(at(20), conversationId);
  expect(await loadOf(agent)).toBe(1);
  expect((await conversationsByIds(scope, [conversationId]))[0]).toMatchObject({
    status: 'open',
    resolvedAt: null,
    assigneeId: agent,
  });
  await setPresence(scope, agent, 'offline');
});

test('a conversation whose agent is gone reopens unassigned, and says who it left', async () => {
  const agent = await anAgent();
  const { conversationId } = await aConversation();
  await routeConversation(scope, conversationId);
  await resolveConversation(scope, conversationId);
  await setPresence(scope, agent, 'offline');

  await reopenConversation(scope, conversationId);

  expect((await conversationsByIds(scope, [conversationId]))[0]!.assigneeId).toBeNull();
  expect(await loadOf(agent)).toBe(0);
  expect(await lastTold(conversationId)).toMatchObject({
    type: 'conversation.reopened',
    topics: expect.arrayContaining([`assignee:${agent}`]),
    details: { assigneeId: null, left: [`assignee:${agent}`] },
  });
});

test('what is refused changes nothing', async () => {
  const open = await aConversation();
  const resolved = await aConversation();
  await resolveConversation(scope, resolved.conversationId);
  const homeless = await aConversation();
  await sql`delete from messages where conversation_id = ${homeless.conversationId}`;
  await sql`delete from legs where conversation_id = ${homeless.conversationId}`;
  const absent = 'cnv_00000000000000000000000000';
  const before = await rowCounts(sql);

  const refused = [
    [() => sendMessage(scope, resolved.conversationId, 'x'), 'CONVERSATION_RESOLVED'],
    [() => sendMessage(scope, homeless.conversationId, 'x'), 'NO_ENDPOINT'],
    [() => sendMessage(scope, absent, 'x'), 'NOT_FOUND'],
    [() => sendMessage(scope, open.conversationId, ' '), 'INVALID_INPUT'],
    [() => addNote(scope, absent, 'x'), 'NOT_FOUND'],
    [() => addNote(scope, open.conversationId, 'x'.repeat(20_001)), 'INVALID_INPUT'],
    [() => resolveConversation(scope, resolved.conversationId), 'CONVERSATION_RESOLVED'],
    [() => resolveConversation(scope, absent), 'NOT_FOUND'],
    [() => reopenConversation(scope, open.conversationId), 'CONVERSATION_OPEN'],
    [() => setPresence(scope, 'agt_00000000000000000000000000', 'online'), 'NOT_FOUND'],
    [() => setPresence(aScope(database, 'agent', { agentId: 'agt_me' }), 'agt_you', 'online'), 'NOT_ALLOWED'],
  ] as const;
  for (const [act, code] of refused)
    await expect((async () => act())()).rejects.toMatchObject({ name: 'Refusal', code });

  expect(await rowCounts(sql)).toEqual(before);
});

test('two who resolve at once: one does it, the other is refused, the load moves once', async () => {
  const agent = await anAgent();
  const other = await aConversation();
  const { conversationId } = await aConversation();
  await routeConversation(scope, other.conversationId);
  await routeConversation(scope, conversationId);

  const results = await Promise.allSettled([1, 2, 3].map(() => resolveConversation(scope, conversationId)));

  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await loadOf(agent)).toBe(1);
  await setPresence(scope, agent, 'offline');
});

test('presence keeps its past, and the same presence again is no fact', async () => {
  const id = await ensureAgent(scope, { externalId: `a${(count += 1)}`, name: 'A', capacity: 1, skills: {} });
  await setPresence(at(10), id, 'online');
  await setPresence(at(20), id, 'online');
  await setPresence(at(30), id, 'away');

  const versions = await sql`
    select presence, valid_from, valid_to from agent_versions where agent_id = ${id} order by valid_from`;
  expect([...versions]).toEqual([
    { presence: 'offline', validFrom: at(0).now, validTo: at(10).now },
    { presence: 'online', validFrom: at(10).now, validTo: at(30).now },
    { presence: 'away', validFrom: at(30).now, validTo: null },
  ]);
  expect((await journalOf(sql, `agent:${id}`)).map(({ type, topics, details }) => [type, topics, details])).toEqual([
    ['agent.created', ['routing'], { agentId: id, capacity: 1 }],
    ['agent.presence_changed', ['routing'], { agentId: id, presence: 'online', formerPresence: 'offline' }],
    ['agent.presence_changed', ['routing'], { agentId: id, presence: 'away', formerPresence: 'online' }],
  ]);
});

test('an agent recorded again changes only what differs', async () => {
  const record = {
    externalId: `a${(count += 1)}`,
    name: 'A',
    capacity: 2,
    skills: { 'language:fi': 5, 'topic:returns': 1 },
  };
  const id = await ensureAgent(scope, record);
  await ensureAgent(scope, record);
  await ensureAgent(scope, { ...record, skills: { 'language:fi': 4 } });

  expect((await agentsByIds(scope, [id]))[0]!.skills).toEqual([{ skill: 'language:fi', level: 4 }]);
  expect((await journalOf(sql, `agent:${id}`)).map(({ type }) => type)).toEqual(['agent.created', 'agent.updated']);
  expect((await listAgents(scope, { first: 1, after: null })).nodes).toHaveLength(1);
});

test('an inbox recorded again is the same inbox with its new name', async () => {
  const first = await ensureInbox(scope, { externalId: 'x', channel: 'sms', name: 'Old' });
  const second = await ensureInbox(scope, { externalId: 'x', channel: 'sms', name: 'New', market: 'SE' });

  expect(second).toEqual({ ...first, name: 'New', market: 'SE' });
});

test('lists are filtered by status, inbox, channel and assignee, and a customer sees the own ones', async () => {
  const agent = await anAgent();
  const mine = await aConversation('chat', at(500).now);
  const other = await aConversation('chat', at(501).now);
  const resolved = await aConversation('chat', at(502).now);
  await routeConversation(scope, mine.conversationId);
  await resolveConversation(scope, resolved.conversationId);
  const page = { first: 100, after: null };
  const idsOf = async (filter: Parameters<typeof listConversations>[1], asking = scope) =>
    (await listConversations(asking, filter, page)).nodes.map(({ id }) => id);
  const { inboxId } = (await conversationsByIds(scope, [mine.conversationId]))[0]!;

  expect(await idsOf({ channel: 'live_chat' })).toEqual([
    resolved.conversationId,
    other.conversationId,
    mine.conversationId,
  ]);
  expect(await idsOf({ inboxId, status: 'open' })).toEqual([other.conversationId, mine.conversationId]);
  expect(await idsOf({ assigneeId: agent })).toEqual([mine.conversationId]);
  expect(await idsOf({ channel: 'email', inboxId })).toEqual([]);
  const customer = aScope(database, 'customer', { customerId: mine.customerId });
  expect(await idsOf({}, customer)).toEqual([mine.conversationId]);
  expect(await conversationsByIds(customer, [other.conversationId])).toEqual([null]);
  expect(await messagesByIds(customer, [other.messageId])).toEqual([null]);
  await expect(idsOf({}, aScope(database, 'partner'))).rejects.toThrow('conversations:read');
});
