import { beforeAll, expect, test } from 'vitest';

import { addNote } from '../../../src/services/conversations/add-note.ts';
import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { agentsByIds } from '../../../src/services/conversations/read-agents.ts';
import { conversationsByIds, listConversations } from '../../../src/services/conversations/read-conversations.ts';
import { reopenConversation } from '../../../src/services/conversations/reopen-conversation.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { sendMessage } from '../../../src/services/conversations/send-message.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { snoozeConversation } from '../../../src/services/conversations/snooze-conversation.ts';
import { updateConversation } from '../../../src/services/conversations/update-conversation.ts';
import { wakeConversations } from '../../../src/services/conversations/wake-conversations.ts';
import { customersAssignedTo } from '../../../src/services/context/watched-customers.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { routeConversation } from '../../../src/services/routing/route-conversation.ts';
import type { AgentId } from '../../../src/values/ids.ts';
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
});

const say = (sender: string, text = 'Hello', threadId: string | null = null) =>
  receiveMessage(scope, {
    inbox: 'mail',
    sender: { kind: 'visitor_id', value: sender },
    externalId: `x${(count += 1)}`,
    text,
    occurredAt: scope.now,
    threadId,
  });
async function aConversation() {
  const sender = `s${(count += 1)}`;
  return { ...(await say(sender)), sender };
}
async function anAgent(): Promise<AgentId> {
  const id = await ensureAgent(scope, { externalId: `a${(count += 1)}`, name: 'A', capacity: 5, skills: {} });
  await setPresence(scope, id, 'online');
  return id;
}
const read = async (id: string) => (await conversationsByIds(scope, [id]))[0]!;
const loadOf = async (id: AgentId) => (await agentsByIds(scope, [id]))[0]!.load;
const told = async (id: string) =>
  (await journalOf(sql, `conversation:${id}`)).map(({ type, details }) => ({ type, ...details }));
const lastTold = async (id: string) => (await told(id)).at(-1)!;
const soon = () => new Date(Date.now() + 30);

test('only what is named changes, null empties, and the fact names the fields without their texts', async () => {
  const { conversationId: id } = await aConversation();

  await updateConversation(scope, id, {
    subject: 'Secret subject',
    topic: ' Returns ',
    issueType: 'complaint',
    priority: 'urgent',
    tags: ['VIP ', 'a  b', 'vip', 'Ä'],
  });
  expect(await read(id)).toMatchObject({
    subject: 'Secret subject',
    topic: 'returns',
    issueType: 'complaint',
    priority: 'urgent',
    tags: ['a b', 'vip', 'ä'],
  });
  const fact = await lastTold(id);
  expect(fact).toMatchObject({
    type: 'conversation.updated',
    changed: ['subject', 'topic', 'issueType', 'priority', 'tags'],
    issueType: 'complaint',
    priority: 'urgent',
  });
  expect(JSON.stringify(fact)).not.toMatch(/Secret|vip/);

  await updateConversation(scope, id, { subject: null, priority: null, tags: [] });
  expect(await read(id)).toMatchObject({
    subject: null,
    topic: 'returns',
    issueType: 'complaint',
    priority: 'normal',
    tags: [],
  });
});

test('what stands there already is no change and no fact', async () => {
  const { conversationId: id } = await aConversation();
  await updateConversation(scope, id, { tags: ['a,b'], subject: 'S' });
  const before = await rowCounts(sql);

  await updateConversation(scope, id, { tags: [' A,B'], subject: 'S' });
  await updateConversation(scope, id, {});
  expect(await rowCounts(sql)).toEqual(before);

  await updateConversation(scope, id, { tags: ['a', 'b'] });
  expect(await lastTold(id)).toMatchObject({ changed: ['tags'] });
});

test('resolving keeps what was done, and a later resolving adds only what it says', async () => {
  const { conversationId: id } = await aConversation();

  await resolveConversation(scope, id, { actionsTaken: 'Called the carrier', outcome: 'solved' });
  expect(await read(id)).toMatchObject({
    status: 'resolved',
    actionsTaken: 'Called the carrier',
    resolution: null,
    outcome: 'solved',
  });
  const fact = await lastTold(id);
  expect(fact).toMatchObject({ type: 'conversation.resolved', status: 'resolved', outcome: 'solved' });
  expect(JSON.stringify(fact)).not.toContain('carrier');

  await reopenConversation(scope, id);
  expect(await lastTold(id)).toMatchObject({ type: 'conversation.reopened', reason: 'act' });
  await resolveConversation(scope, id, { resolution: 'A new parcel' });
  expect(await read(id)).toMatchObject({
    actionsTaken: 'Called the carrier',
    resolution: 'A new parcel',
    outcome: 'solved',
  });
});

test('a snoozed conversation stays with its agent, keeps the place, and wakes when it is time', async () => {
  const agent = await anAgent();
  const { conversationId: id, customerId } = await aConversation();
  await routeConversation(scope, id);
  const at = new Date(Date.now() + 3_600_000);

  await snoozeConversation(scope, id, at);
  expect(await read(id)).toMatchObject({ status: 'snoozed', snoozedUntil: at, assigneeId: agent });
  expect(await lastTold(id)).toMatchObject({ type: 'conversation.snoozed', snoozedUntil: at.toISOString() });
  expect(await loadOf(agent)).toBe(1);
  expect(await customersAssignedTo(scope, agent)).toEqual([customerId]);
  const facts = (await told(id)).length;
  await snoozeConversation(scope, id, at);
  await wakeConversations(scope);
  expect(await told(id)).toHaveLength(facts);
  expect((await read(id)).status).toBe('snoozed');

  await snoozeConversation({ ...scope, now: new Date() }, id, soon());
  await until(
    async () => {
      // Two processes at once.
      await Promise.all([wakeConversations(scope), wakeConversations(scope)]);
      return (await read(id)).status;
    },
    (status) => status === 'open',
  );
  expect(await read(id)).toMatchObject({ snoozedUntil: null, assigneeId: agent });
  expect((await told(id)).slice(facts).map(({ type, ...rest }) => [type, rest['reason' as never]])).toEqual([
    ['conversation.snoozed', undefined],
    ['conversation.reopened', 'due'],
  ]);
  expect(await loadOf(agent)).toBe(1);
  await resolveConversation(scope, id);
  expect(await loadOf(agent)).toBe(0);
  await setPresence(scope, agent, 'offline');
});

test('the customer’s next message wakes a snoozed conversation and finds the agent still there', async () => {
  const agent = await anAgent();
  const { conversationId: id, sender } = await aConversation();
  await routeConversation(scope, id);
  await snoozeConversation(scope, id, new Date(scope.now.getTime() + 3_600_000));

  const next = await say(sender, 'Anybody there?');

  expect(next.conversationId).toBe(id);
  expect(await read(id)).toMatchObject({ status: 'open', snoozedUntil: null, assigneeId: agent });
  expect((await told(id)).slice(-2)).toMatchObject([
    { type: 'conversation.reopened', reason: 'message', assigneeId: agent },
    { type: 'message.received', assigneeId: agent },
  ]);
  expect((await told(id)).at(-2)).not.toHaveProperty('left');
  expect(await loadOf(agent)).toBe(1);
  await setPresence(scope, agent, 'offline');
});

test('a snoozed conversation is reopened by hand, answered asleep, and resolved asleep', async () => {
  const agent = await anAgent();
  const { conversationId: id } = await aConversation();
  await routeConversation(scope, id);
  const tomorrow = new Date(scope.now.getTime() + 86_400_000);

  await snoozeConversation(scope, id, tomorrow);
  await sendMessage(scope, id, 'We look into it.');
  expect((await read(id)).status).toBe('snoozed');
  await reopenConversation(scope, id);
  expect(await read(id)).toMatchObject({ status: 'open', snoozedUntil: null, assigneeId: agent });
  expect(await loadOf(agent)).toBe(1);
  await snoozeConversation(scope, id, tomorrow);
  await resolveConversation(scope, id);

  expect(await read(id)).toMatchObject({ status: 'resolved', snoozedUntil: null });
  expect(await loadOf(agent)).toBe(0);
  await setPresence(scope, agent, 'offline');
});

test('lists are filtered by status, priority, kind of issue and tag', async () => {
  const { conversationId: a } = await aConversation();
  const { conversationId: b } = await aConversation();
  await updateConversation(scope, a, { priority: 'low', issueType: 'feedback', tags: ['Filter', 'x'] });
  await updateConversation(scope, b, { priority: 'low', tags: ['filter'] });
  await snoozeConversation(scope, b, new Date(scope.now.getTime() + 3_600_000));
  const idsOf = async (filter: Parameters<typeof listConversations>[1]) =>
    (await listConversations(scope, filter, page)).nodes.map(({ id }) => id).sort();

  expect(await idsOf({ priority: 'low' })).toEqual([a, b].sort());
  expect(await idsOf({ tag: ' FILTER ' })).toEqual([a, b].sort());
  expect(await idsOf({ tag: 'x' })).toEqual([a]);
  expect(await idsOf({ issueType: 'feedback' })).toEqual([a]);
  expect(await idsOf({ priority: 'low', status: 'snoozed' })).toEqual([b]);
  expect(await idsOf({ priority: 'normal', tag: 'filter' })).toEqual([]);
});

test('what is refused changes nothing', async () => {
  const { conversationId: open } = await aConversation();
  const { conversationId: resolved } = await aConversation();
  await resolveConversation(scope, resolved);
  const absent = 'cnv_00000000000000000000000000';
  const before = await rowCounts(sql);
  const hour = new Date(scope.now.getTime() + 3_600_000);

  const refused = [
    [() => updateConversation(scope, absent, {}), 'NOT_FOUND'],
    [() => updateConversation(scope, open, { tags: [''] }), 'INVALID_INPUT'],
    [() => updateConversation(scope, open, { tags: ['x'.repeat(51)] }), 'INVALID_INPUT'],
    [() => updateConversation(scope, open, { tags: Array.from({ length: 21 }, (_, i) => `${i}`) }), 'INVALID_INPUT'],
    [() => updateConversation(scope, open, { tags: ['\0'] }), 'INVALID_INPUT'],
    [() => updateConversation(scope, open, { language: 'not a language' }), 'INVALID_INPUT'],
    [() => updateConversation(scope, open, { subject: 'x'.repeat(501) }), 'INVALID_INPUT'],
    [() => resolveConversation(scope, open, { resolution: 'x'.repeat(20_001) }), 'INVALID_INPUT'],
    [() => snoozeConversation(scope, open, scope.now), 'INVALID_INPUT'],
    [() => snoozeConversation(scope, open, new Date(NaN)), 'INVALID_INPUT'],
    [() => snoozeConversation(scope, open, new Date(scope.now.getTime() + 400 * 86_400_000)), 'INVALID_INPUT'],
    [() => snoozeConversation(scope, resolved, hour), 'CONVERSATION_RESOLVED'],
    [() => snoozeConversation(scope, absent, hour), 'NOT_FOUND'],
  ] as const;
  for (const [act, code] of refused)
    await expect((async () => act())()).rejects.toMatchObject({ name: 'Refusal', code });
  const customer = aScope(database, 'customer', { customerId: 'cus_x' as never });
  await expect((async () => updateConversation(customer, open, {}))()).rejects.toThrow('conversations:write');

  expect(await rowCounts(sql)).toEqual(before);
});

test('an act on an older version is refused with the version now, and nothing is written', async () => {
  const { conversationId: id } = await aConversation();
  const { version } = await read(id);
  await addNote(scope, id, 'Meanwhile');
  const before = await rowCounts(sql);

  const late = [
    [() => updateConversation(scope, id, { priority: 'high' }, version), ['expectedVersion']],
    [() => resolveConversation(scope, id, {}, version), ['expectedVersion']],
    [() => sendMessage(scope, id, 'x', { expectedVersion: version }), ['input', 'expectedVersion']],
  ] as const;
  for (const [act, field] of late)
    await expect(act()).rejects.toMatchObject({ code: 'CONFLICT', field, details: { version: version + 1 } });
  expect(await rowCounts(sql)).toEqual(before);

  await updateConversation(scope, id, { priority: 'high' }, version + 1);
  expect(await read(id)).toMatchObject({ priority: 'high', version: version + 2 });
});

test('X13: of twenty agents who reply to the same version at once exactly one does, and the others are told', async () => {
  const { conversationId: id, sender } = await aConversation();
  for (let round = 0; round < 3; round += 1) {
    const { version } = await read(id);
    const agents = Array.from({ length: 20 }, (_, i) => aScope(database, 'agent', { agentId: `agt_${i}` as AgentId }));

    const replies = await Promise.allSettled(
      agents.map((agent, i) => sendMessage(agent, id, `Reply ${i}`, { expectedVersion: version })),
    );

    expect(replies.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const reply of replies)
      if (reply.status === 'rejected')
        expect(reply.reason).toMatchObject({ code: 'CONFLICT', details: { version: (await read(id)).version } });
    const [sent] = await sql`
      select count(*)::int from messages where conversation_id = ${id} and direction = 'outbound'`;
    expect(sent).toEqual({ count: round + 1 });
  }
  expect((await say(sender)).conversationId).toBe(id);
});

test('X13: changes of different fields at once lose nothing, and with a version only one of them is made', async () => {
  const { conversationId: id } = await aConversation();
  const changes = [{ subject: 'S' }, { topic: 't' }, { priority: 'high' }, { issueType: 'request' }, { tags: ['t'] }];
  await Promise.all(changes.map((change) => updateConversation(scope, id, change as never)));
  expect(await read(id)).toMatchObject({
    subject: 'S',
    topic: 't',
    priority: 'high',
    issueType: 'request',
    tags: ['t'],
  });

  const { version } = await read(id);
  const again = await Promise.allSettled([
    ...['a', 'b', 'c', 'd'].map((tag) => updateConversation(scope, id, { tags: [tag] }, version)),
    resolveConversation(scope, id, {}, version),
    sendMessage(scope, id, 'x', { expectedVersion: version }),
  ]);
  expect(again.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});
