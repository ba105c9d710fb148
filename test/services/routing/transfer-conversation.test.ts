import { beforeEach, describe, expect, test } from 'vitest';

import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { handoffsByIds } from '../../../src/services/conversations/read-handoffs.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { switchChannel } from '../../../src/services/conversations/switch-channel.ts';
import { upsertTeam } from '../../../src/services/conversations/upsert-team.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { activatePolicy } from '../../../src/services/routing/policies/activate-policy.ts';
import { createPolicy } from '../../../src/services/routing/policies/create-policy.ts';
import { routingDecisionsByIds } from '../../../src/services/routing/read-decisions.ts';
import { listReservations } from '../../../src/services/routing/read-reservations.ts';
import { routeConversation } from '../../../src/services/routing/route-conversation.ts';
import { settleRouting } from '../../../src/services/routing/settle-routing.ts';
import { acceptOffer, rejectOffer } from '../../../src/services/routing/tasks/answer-offer.ts';
import { transferConversation } from '../../../src/services/routing/transfer-conversation.ts';
import type { AgentId, ConversationId, TeamId } from '../../../src/values/ids.ts';
import { readPageRequest } from '../../../src/values/page.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');
let count = 0;
const after = (seconds: number) => ({ ...scope, now: new Date(scope.now.getTime() + seconds * 1_000) });
const as = (agentId: AgentId, at = scope) => ({ ...at, viewer: { ...scope.viewer, agentId } });

// Chats are given; who is to take an e-mail is asked first.
const channels = { email: { acceptSeconds: 20, wrapUpSeconds: 0 } };
const document = { offers: { acceptSeconds: 0, wrapUpSeconds: 0, channels }, declineSeconds: 600 };
const policyId = await createPolicy(scope, { document: JSON.stringify(document) });
const [policy] = await sql<{ version: number }[]>`select version from routing_policies where id = ${policyId}`;
await activatePolicy(scope, { version: policy!.version });
await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
await ensureInbox(scope, { externalId: 'mail', channel: 'email', name: 'Mail' });
await ensureInbox(scope, { externalId: 'open', channel: 'live_chat', name: 'Open' });
await sql`update inboxes set routing = 'automatic' where external_id = 'open'`;

beforeEach(async () => {
  await sql`update routing_tasks set state = 'canceled', due_at = null where state <> 'completed'`;
  await sql`update agents set presence = 'offline', load = 0`;
});

async function anAgent(skills: Record<string, number> = {}, capacity = 1): Promise<AgentId> {
  const id = await ensureAgent(scope, { externalId: `a${(count += 1)}`, name: `Agent ${count}`, capacity, skills });
  await setPresence(scope, id, 'online');
  return id;
}

async function aTeam(...memberIds: AgentId[]): Promise<TeamId> {
  return upsertTeam(scope, { externalId: `t${(count += 1)}`, name: 'Delivery', memberIds });
}

/** With this agent, by routing. */
async function aTalkOf(agentId: AgentId, inbox = 'chat'): Promise<ConversationId> {
  const { conversationId } = await receiveMessage(scope, {
    inbox,
    sender: { kind: 'email', value: `s${(count += 1)}@example.com` },
    externalId: `x${(count += 1)}`,
    text: '…',
    occurredAt: scope.now,
  });
  if (inbox === 'open') await settleRouting(scope);
  else await routeConversation(scope, conversationId);
  if (inbox === 'mail') await acceptOffer(as(agentId), (await openOf(agentId))[0]!.id);
  expect(await standingOf(conversationId)).toMatchObject({ assigneeId: agentId });
  return conversationId;
}

const openOf = async (agentId: AgentId) =>
  (await listReservations(scope, { agentId, isOpen: true }, readPageRequest(10, null))).nodes;
const standingOf = async (id: ConversationId) =>
  (
    await sql`
      select c.assignee_id, c.control_kind, c.control_id, t.state, t.is_transfer
      from conversations c left join routing_tasks t on t.conversation_id = c.id where c.id = ${id} order by t.id desc limit 1`
  )[0];
const loadOf = async (id: AgentId) => (await sql`select load from agents where id = ${id}`)[0]!.load as number;
const summary = 'The parcel is late, third time.';

describe('to a skill', () => {
  test('whoever has it at the level gets it with the summary, and not whoever gave it away; the record says who asked for it', async () => {
    const former = await anAgent({ 'area:delivery': 5 }, 2);
    const talk = await aTalkOf(former);
    await anAgent({ 'area:delivery': 2 });
    const expert = await anAgent({ 'area:delivery': 4 });

    const to = { skill: { skill: 'area:delivery', level: 3 } };
    const { handoffId, decisionId } = await transferConversation(as(former, after(60)), talk, { to, summary });

    expect(await standingOf(talk)).toMatchObject({
      assigneeId: expert,
      controlId: expert,
      state: 'assigned',
      isTransfer: true,
    });
    expect([await loadOf(former), await loadOf(expert)]).toEqual([0, 1]);
    const [decision] = await routingDecisionsByIds(scope, [decisionId!]);
    expect(decision!.requirements).toContainEqual(
      expect.objectContaining({ skill: 'area:delivery', level: 3, isRequired: true, source: 'transfer' }),
    );
    expect(decision!.explanation).toContain('Has delivery (4).');
    const [handoff] = await handoffsByIds(scope, [handoffId]);
    expect(handoff).toMatchObject({ fromId: former, toKind: 'skill', toId: 'area:delivery', summary, byId: former });
    const told = (await journalOf(sql, `conversation:${talk}`)).map(({ type }) => type).slice(-6);
    expect(told).toEqual([
      'conversation.handed_off',
      'conversation.unassigned',
      'conversation.control_changed',
      'conversation.control_changed',
      'routing.decided',
      'conversation.assigned',
    ]);
  });

  test('where nobody is free it waits, goes to the first who is fit, and steps let it go on to others', async () => {
    const former = await anAgent();
    const [first, second] = [await aTalkOf(former), await aTalkOf(await anAgent())];
    const busy = await anAgent({ 'area:fit': 3 });
    await setPresence(scope, busy, 'away');
    const to = { skill: { skill: 'area:fit' } };
    await transferConversation(after(60), first, { to, summary });
    await transferConversation(after(61), second, { to, summary });
    expect(await standingOf(first)).toMatchObject({ assigneeId: null, controlId: null, state: 'pending' });

    await setPresence(after(62), busy, 'transfers_only');
    await settleRouting(after(62));
    expect(await standingOf(first)).toMatchObject({ assigneeId: busy });
    // Its steps count from the transfer: after half a minute the default policy makes areas a wish.
    await settleRouting(after(90));
    expect(await standingOf(second)).toMatchObject({ state: 'pending' });
    await settleRouting(after(92));
    expect(await standingOf(second)).toMatchObject({ state: 'assigned', isTransfer: true });
  });

  test('that nobody has at this level is refused, and nothing changed', async () => {
    const former = await anAgent({ 'area:rare': 2 });
    const talk = await aTalkOf(former);
    const [standing, journal] = [await standingOf(talk), await journalOf(sql, `conversation:${talk}`)];
    const to = { skill: { skill: 'area:rare', level: 3 } };
    await expect(transferConversation(scope, talk, { to, summary })).rejects.toMatchObject({
      ...{ code: 'NOT_FOUND', field: ['input', 'to', 'skill'] },
      message: 'No agent has this skill at level 3 or higher.',
    });
    await expect(
      transferConversation(scope, talk, { to: { skill: { skill: 'area:rare', level: 6 } }, summary }),
    ).rejects.toMatchObject({ code: 'INVALID_INPUT', field: ['input', 'to', 'skill', 'level'] });
    expect([await standingOf(talk), await journalOf(sql, `conversation:${talk}`)]).toEqual([standing, journal]);
    expect(await loadOf(former)).toBe(1);
  });
});

describe('to an agent', () => {
  test('who is asked where the policy asks; what is rejected goes on to others, and not back', async () => {
    const former = await anAgent({}, 2);
    const talk = await aTalkOf(former, 'mail');
    const [named, other] = [await anAgent(), await anAgent()];
    const { decisionId } = await transferConversation(as(former), talk, { to: { agentId: named }, summary });

    expect(await standingOf(talk)).toMatchObject({ assigneeId: null, controlId: null, state: 'reserved' });
    expect([await loadOf(former), await loadOf(named), await loadOf(other)]).toEqual([0, 1, 0]);
    const [decision] = await routingDecisionsByIds(scope, [decisionId!]);
    expect(decision).toMatchObject({ chosenAgentId: named, circumstances: { pinnedTo: [named] } });

    await rejectOffer(as(named, after(1)), (await openOf(named))[0]!.id);
    await settleRouting(after(1));
    expect([await loadOf(former), await loadOf(named), await loadOf(other)]).toEqual([0, 0, 1]);
    expect(await openOf(other)).toMatchObject([{ conversationId: talk }]);
  });

  test.each([
    ['offline', 'This agent is offline.'],
    ['away', 'This agent is away.'],
  ] as const)('who is %s is refused, and nothing changed', async (presence, sentence) => {
    const former = await anAgent();
    const talk = await aTalkOf(former);
    const named = await anAgent();
    await setPresence(scope, named, presence);
    const before = await journalOf(sql, `conversation:${talk}`);
    await expect(transferConversation(scope, talk, { to: { agentId: named }, summary })).rejects.toMatchObject({
      ...{ code: 'NO_FREE_PLACE', field: ['input', 'to', 'agentId'] },
      message: expect.stringContaining(sentence.slice(0, -1)),
    });
    expect(await standingOf(talk)).toMatchObject({ assigneeId: former, controlId: former, state: 'assigned' });
    expect(await journalOf(sql, `conversation:${talk}`)).toEqual(before);
    expect([await loadOf(former), await loadOf(named)]).toEqual([1, 0]);
  });

  test('who is full is refused, unless somebody who leads insists: then at once, and without a question', async () => {
    const former = await anAgent();
    const talk = await aTalkOf(former, 'mail');
    const named = await anAgent();
    await aTalkOf(named, 'mail');
    const full = { to: { agentId: named }, summary };
    await expect(transferConversation(scope, talk, full)).rejects.toMatchObject({
      message: expect.stringContaining('This agent has no free place for it.'),
    });
    const agent = aScope(database, 'agent', { agentId: former });
    await expect(transferConversation(agent, talk, { ...full, isForced: true })).rejects.toMatchObject({
      code: 'NOT_ALLOWED',
    });
    expect(await standingOf(talk)).toMatchObject({ assigneeId: former });
    const { decisionId } = await transferConversation(scope, talk, { ...full, isForced: true });
    expect(decisionId).toBeNull();
    expect(await standingOf(talk)).toMatchObject({ assigneeId: named, controlId: named });
    expect([await loadOf(former), await loadOf(named)]).toEqual([0, 2]);
  });

  test('who takes transfers only takes it', async () => {
    const former = await anAgent();
    const talk = await aTalkOf(former);
    const named = await anAgent();
    await setPresence(scope, named, 'transfers_only');
    await transferConversation(scope, talk, { to: { agentId: named }, summary });
    expect(await standingOf(talk)).toMatchObject({ assigneeId: named, controlId: named, state: 'assigned' });
  });
});

describe('to a team', () => {
  test('of an inbox that asks for agents by itself a member is chosen, or it waits for one with the team in control', async () => {
    const former = await anAgent();
    const talk = await aTalkOf(former, 'open');
    const member = await anAgent();
    await setPresence(scope, member, 'away');
    await anAgent();
    const team = await aTeam(member, former);
    await transferConversation(scope, talk, { to: { teamId: team }, summary });
    expect(await standingOf(talk)).toMatchObject({
      assigneeId: null,
      controlKind: 'team',
      controlId: team,
      state: 'pending',
    });

    await setPresence(after(1), member, 'online');
    await settleRouting(after(1));
    expect(await standingOf(talk)).toMatchObject({ assigneeId: member, controlId: member, state: 'assigned' });
  });

  test('of another inbox the team has it, and nobody is chosen', async () => {
    const former = await anAgent();
    const talk = await aTalkOf(former);
    const member = await anAgent();
    const team = await aTeam(member);
    const { decisionId } = await transferConversation(scope, talk, { to: { teamId: team }, summary });
    expect(decisionId).toBeNull();
    expect(await standingOf(talk)).toMatchObject({ assigneeId: null, controlId: team, state: 'canceled' });
    expect([await loadOf(former), await loadOf(member)]).toEqual([0, 0]);
  });
});

test('what goes on by phone takes all places of its agent from then on, and gives them back at its end', async () => {
  await ensureInbox(scope, { externalId: 'wa', channel: 'whatsapp', name: 'WhatsApp' });
  await ensureInbox(scope, { externalId: 'line', channel: 'voice', name: 'Line' });
  const agent = await anAgent({}, 3);
  const writes = async (phone: string) => {
    const { conversationId } = await receiveMessage(scope, {
      ...{ inbox: 'wa', sender: { kind: 'phone', value: phone }, externalId: `x${(count += 1)}`, text: '…' },
      occurredAt: scope.now,
    });
    return { conversationId, ...(await routeConversation(scope, conversationId)) };
  };
  const first = await writes('+358401110001');
  expect(first.assigneeId).toBe(agent);
  await switchChannel(as(agent), first.conversationId, { toChannel: 'voice', reason: 'harder' });

  const second = await writes('+358401110002');
  expect(second.assigneeId).toBeNull();
  await resolveConversation(scope, first.conversationId);
  await settleRouting(after(1));
  expect(await standingOf(second.conversationId)).toMatchObject({ assigneeId: agent });
});

test('of many who hand over to one another at once none is full, and each conversation has one agent or waits', async () => {
  const agents = await Promise.all(Array.from({ length: 6 }, () => anAgent({ 'area:round': 3 })));
  const talks: ConversationId[] = [];
  for (let i = 0; i < agents.length - 1; i += 1) {
    const { conversationId } = await receiveMessage(scope, {
      inbox: 'chat',
      sender: { kind: 'email', value: `r${(count += 1)}@example.com` },
      externalId: `x${(count += 1)}`,
      text: '…',
      occurredAt: scope.now,
    });
    await routeConversation(scope, conversationId);
    talks.push(conversationId);
  }
  for (let round = 0; round < 5; round += 1) {
    const to = round % 2 === 0 ? { skill: { skill: 'area:round', level: 3 } } : { agentId: agents[round]! };
    await Promise.allSettled(talks.map((talk) => transferConversation(after(round * 700), talk, { to, summary })));
    await settleRouting(after(round * 700));
    const loads = await sql<{ id: AgentId; load: number; has: number }[]>`
      select a.id, a.load, count(c.id)::int as has from agents a left join conversations c on c.assignee_id = a.id and c.id = any (${talks})
      where a.id = any (${agents}) group by a.id`;
    for (const { load, has } of loads) expect([load, load <= 1]).toEqual([has, true]);
    const tasks = await sql<{ state: string; isSame: boolean }[]>`
      select t.state, t.agent_id is not distinct from c.assignee_id as is_same from routing_tasks t join conversations c on c.id = t.conversation_id
      where t.conversation_id = any (${talks}) and t.state in ('pending', 'reserved', 'assigned')`;
    expect(tasks).toHaveLength(talks.length);
    expect(tasks.every(({ isSame }) => isSame)).toBe(true);
  }
});
