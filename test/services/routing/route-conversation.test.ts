import { beforeEach, expect, test } from 'vitest';

import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { reopenConversation } from '../../../src/services/conversations/reopen-conversation.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { listRoutingDecisions, routingDecisionsByIds } from '../../../src/services/routing/read-decisions.ts';
import { routeConversation } from '../../../src/services/routing/route-conversation.ts';
import type { AgentId } from '../../../src/values/ids.ts';
import { journalOf, rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');
let count = 0;

beforeEach(async () => {
  await sql`update agents set presence = 'offline'`;
  // What still waits from the test before would come first.
  await sql`update routing_tasks set state = 'canceled' where state = 'pending'`;
  await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
});

async function anAgent(capacity: number, skills: Record<string, number> = { 'language:fi': 5 }): Promise<AgentId> {
  const id = await ensureAgent(scope, { externalId: `a${(count += 1)}`, name: `Agent ${count}`, capacity, skills });
  await setPresence(scope, id, 'online');
  return id;
}

async function aConversation(sender = `s${(count += 1)}@example.com`) {
  const { conversationId } = await receiveMessage(scope, {
    inbox: 'mail',
    sender: { kind: 'email', value: sender },
    externalId: `x${(count += 1)}`,
    text: 'Moi',
    language: 'fi',
    occurredAt: scope.now,
  });
  return conversationId;
}

const loadOf = async (id: AgentId) => (await sql`select load from agents where id = ${id}`)[0]!.load as number;
const assigneeOf = async (id: string) =>
  (await sql`select assignee_id from conversations where id = ${id}`)[0]!.assigneeId as string | null;

test('routing assigns the best agent, takes a place, stores the decision and names two facts', async () => {
  const good = await anAgent(2);
  const busy = await anAgent(2, { 'language:fi': 2 });
  const conversation = await aConversation();

  const { decisionId: id } = await routeConversation(scope, conversation);

  const [decision] = await routingDecisionsByIds(scope, [id]);
  expect(decision).toMatchObject({ conversationId: conversation, chosenAgentId: good, decidedAt: scope.now });
  expect(decision!.candidates.slice(0, 2).map(({ agentId, rejectedBecause }) => [agentId, rejectedBecause])).toEqual([
    [good, null],
    [busy, null],
  ]);
  expect(await assigneeOf(conversation)).toBe(good);
  expect([await loadOf(good), await loadOf(busy)]).toEqual([1, 0]);
  expect((await journalOf(sql, `conversation:${conversation}`)).slice(-2)).toMatchObject([
    { type: 'routing.decided', details: { decisionId: id, chosenAgentId: good } },
    { type: 'conversation.assigned', topics: expect.arrayContaining(['routing', `assignee:${good}`, 'channel:email']) },
  ]);
});

test('20 conversations routed at once never take more places than there are', async () => {
  const agents = [await anAgent(3), await anAgent(5), await anAgent(4)];
  const conversations = await Promise.all(Array.from({ length: 20 }, () => aConversation()));

  await Promise.all(conversations.map((id) => routeConversation(scope, id)));

  expect(await Promise.all(agents.map(loadOf))).toEqual([3, 5, 4]);
  const assigned = await Promise.all(conversations.map(assigneeOf));
  for (const [i, capacity] of [3, 5, 4].entries())
    expect(assigned.filter((assignee) => assignee === agents[i])).toHaveLength(capacity);
  expect(assigned.filter((assignee) => assignee === null)).toHaveLength(8);
});

test('routing, resolving and reopening at once leave each load equal to the open conversations of the agent', async () => {
  const agents = [await anAgent(4), await anAgent(4)];
  const conversations = await Promise.all(Array.from({ length: 12 }, () => aConversation()));
  const expected = (error: { name: string }) => expect(error.name).toBe('Refusal');

  await Promise.all(
    conversations.flatMap((id) => [
      routeConversation(scope, id).catch(expected),
      resolveConversation(scope, id).catch(expected),
      reopenConversation(scope, id).catch(expected),
      routeConversation(scope, id).catch(expected),
    ]),
  );

  for (const agent of agents) {
    const [row] = await sql`
      select count(*)::int as open from conversations where assignee_id = ${agent} and status = 'open'`;
    expect(await loadOf(agent)).toBe(row!.open);
    expect(row!.open).toBeLessThanOrEqual(4);
  }
});

test('without a fit agent the decision is stored, the conversation waits', async () => {
  const conversation = await aConversation();

  const { decisionId: id } = await routeConversation(scope, conversation);

  const [decision] = await routingDecisionsByIds(scope, [id]);
  expect(decision!.chosenAgentId).toBeNull();
  expect(decision!.explanation).toMatch(/^It waits: of \d+ agents nobody is fit and free\./);
  expect(await assigneeOf(conversation)).toBeNull();
});

test('an agent who served the person before is preferred; routing again keeps agent and load', async () => {
  const earlier = await anAgent(4, { 'language:fi': 4 });
  const first = await aConversation('again@example.com');
  await routeConversation(scope, first);
  await resolveConversation(scope, first);
  const other = await anAgent(4, { 'language:fi': 5 });
  const second = await aConversation('again@example.com');

  await routeConversation(scope, second);
  await routeConversation(scope, second);

  expect(second).not.toBe(first);
  expect(await assigneeOf(second)).toBe(earlier);
  expect([await loadOf(earlier), await loadOf(other)]).toEqual([1, 0]);
  expect((await journalOf(sql, `conversation:${second}`)).at(-1)!.type).toBe('routing.decided');
});

test('a conversation that changes agents gives the place back and tells who it left', async () => {
  const first = await anAgent(2);
  const conversation = await aConversation();
  await routeConversation(scope, conversation);
  await setPresence(scope, first, 'away');
  const second = await anAgent(2);

  await routeConversation(scope, conversation);

  expect([await loadOf(first), await loadOf(second)]).toEqual([0, 1]);
  expect((await journalOf(sql, `conversation:${conversation}`)).at(-1)).toMatchObject({
    type: 'conversation.assigned',
    topics: expect.arrayContaining([`assignee:${first}`, `assignee:${second}`]),
    details: { assigneeId: second, left: [`assignee:${first}`] },
  });
});

test('a resolved conversation is not routed and nothing changes', async () => {
  const agent = await anAgent(2);
  const conversation = await aConversation();
  await resolveConversation(scope, conversation);
  const before = await rowCounts(sql);

  await expect(routeConversation(scope, conversation)).rejects.toMatchObject({ code: 'CONVERSATION_RESOLVED' });

  expect(await rowCounts(sql)).toEqual(before);
  expect(await loadOf(agent)).toBe(0);
});

test('decisions are listed newest first, of one conversation or of all, without gap over pages', async () => {
  await anAgent(50);
  const conversation = await aConversation();
  const ids: string[] = [];
  for (let i = 0; i < 5; i += 1) {
    const later = { ...scope, now: new Date(scope.now.getTime() + 1_000 + i) };
    ids.unshift((await routeConversation(later, conversation)).decisionId);
  }

  const first = await listRoutingDecisions(scope, { conversationId: conversation }, { first: 3, after: null });
  const after = first.keysetOf(first.nodes.at(-1)!);
  const rest = await listRoutingDecisions(scope, { conversationId: conversation }, { first: 3, after });
  const newest = await listRoutingDecisions(scope, {}, { first: 5, after: null });

  expect([...first.nodes, ...rest.nodes].map(({ id }) => id)).toEqual(ids);
  expect([first.hasNextPage, rest.hasNextPage]).toEqual([true, false]);
  expect(newest.nodes.map(({ id }) => id)).toEqual(ids);
});
