import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';

import { createApiKey } from '../../../src/services/access/create-api-key.ts';
import { assignConversation, unassignConversation } from '../../../src/services/conversations/assign-conversation.ts';
import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { handOff } from '../../../src/services/conversations/hand-off.ts';
import { holderOf } from '../../../src/services/conversations/party.ts';
import { agentsByIds } from '../../../src/services/conversations/read-agents.ts';
import { conversationsByIds, listConversations } from '../../../src/services/conversations/read-conversations.ts';
import { handoffsOfConversations } from '../../../src/services/conversations/read-handoffs.ts';
import { reopenConversation } from '../../../src/services/conversations/reopen-conversation.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { sendMessage } from '../../../src/services/conversations/send-message.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { releaseControl, takeControl } from '../../../src/services/conversations/take-control.ts';
import { upsertTeam } from '../../../src/services/conversations/upsert-team.ts';
import { readInstallation } from '../../../src/services/events/installation.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { recordLocations } from '../../../src/services/inventory/record-locations.ts';
import { routeConversation } from '../../../src/services/routing/route-conversation.ts';
import type { AgentId, ConversationId } from '../../../src/values/ids.ts';
import { Refusal } from '../../../src/values/refusal.ts';
import { journalOf, rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const bot = aScope(database, 'bot', { principal: 'key_bot' });
let count = 0;

beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
});

async function aConversation(): Promise<ConversationId> {
  const name = `c${(count += 1)}`;
  const { conversationId } = await receiveMessage(scope, {
    inbox: 'chat',
    sender: { kind: 'visitor_id', value: name },
    externalId: name,
    text: 'Hello',
    occurredAt: scope.now,
  });
  return conversationId;
}
async function anAgent(capacity = 5): Promise<AgentId> {
  const id = await ensureAgent(scope, { externalId: `a${(count += 1)}`, name: `A${count}`, capacity, skills: {} });
  await setPresence(scope, id, 'online');
  return id;
}
const as = (agentId: AgentId) => aScope(database, 'agent', { agentId, principal: `key_of_${agentId}` });
const stateOf = async (id: ConversationId) => {
  const [conversation] = await conversationsByIds(scope, [id]);
  return { holder: holderOf(conversation!), assigneeId: conversation!.assigneeId };
};
const loadOf = async (id: AgentId) => (await agentsByIds(scope, [id]))[0]!.load;
const factsOf = async (id: ConversationId) => (await journalOf(sql, `conversation:${id}`)).slice(2);

test('the first bot that answers holds a conversation, another bot is told that a bot does', async () => {
  const id = await aConversation();

  await sendMessage(bot, id, 'Beep');

  expect(await stateOf(id)).toEqual({ holder: { kind: 'bot', id: 'key_bot' }, assigneeId: null });
  expect(await factsOf(id)).toMatchObject([
    {
      type: 'conversation.control_changed',
      details: { control: { kind: 'bot', id: 'key_bot' }, formerControl: null },
    },
    { type: 'message.sent' },
  ]);
  const before = await rowCounts(sql);
  await expect(sendMessage(aScope(database, 'bot'), id, 'Boop')).rejects.toMatchObject({
    code: 'CONTROL_HELD',
    message: expect.stringContaining('Another bot holds control'),
  });
  expect(await rowCounts(sql)).toEqual(before);
});

test('an agent who writes takes control from a bot and is assigned, and the bot is refused from then on', async () => {
  const [id, agent] = [await aConversation(), await anAgent()];
  await sendMessage(bot, id, 'Beep');

  await sendMessage(as(agent), id, 'I am here');

  expect(await stateOf(id)).toEqual({ holder: { kind: 'agent', id: agent }, assigneeId: agent });
  expect(await loadOf(agent)).toBe(1);
  for (const act of [
    () => sendMessage(bot, id, 'Beep'),
    () => takeControl(bot, id),
    () => releaseControl(bot, id),
    () => handOff(bot, id, { to: { agentId: agent }, summary: 'Mine?' }),
  ])
    await expect(act()).rejects.toMatchObject({
      code: 'CONTROL_HELD',
      message: expect.stringMatching(/^An agent holds control(?!.*agt_)/),
    });
  await expect(assignConversation(bot, id, { agentId: agent })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
});

test('a colleague writes beside the agent without taking the conversation away', async () => {
  const [id, agent, colleague] = [await aConversation(), await anAgent(), await anAgent()];
  await takeControl(as(agent), id);

  await sendMessage(as(colleague), id, 'May I add something');

  expect(await stateOf(id)).toEqual({ holder: { kind: 'agent', id: agent }, assigneeId: agent });
});

test('who takes control says from whom they believe to take it', async () => {
  const [id, agent, other] = [await aConversation(), await anAgent(), await anAgent()];
  await takeControl(as(agent), id, null);

  await expect(takeControl(as(other), id, null)).rejects.toMatchObject({ code: 'CONFLICT' });
  await takeControl(as(other), id, { kind: 'agent', id: agent });

  expect(await stateOf(id)).toEqual({ holder: { kind: 'agent', id: other }, assigneeId: agent });
  await releaseControl(as(other), id);
  expect(await stateOf(id)).toEqual({ holder: null, assigneeId: agent });
  await expect(releaseControl(as(other), id)).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('assigning moves the place and control, and is refused where no place is free, unless a supervisor insists', async () => {
  const [one, two] = [await aConversation(), await aConversation()];
  const [full, other] = [await anAgent(1), await anAgent()];
  await assignConversation(as(other), one, { agentId: full });
  await assignConversation(as(other), two, { agentId: other });

  const again = { agentId: full, expectedAssigneeId: other };
  await expect(assignConversation(as(other), two, again)).rejects.toMatchObject({ code: 'NO_FREE_PLACE' });
  await expect(assignConversation(as(other), two, { ...again, isForced: true })).rejects.toMatchObject({
    code: 'NOT_ALLOWED',
  });
  await expect(assignConversation(scope, two, { agentId: full, expectedAssigneeId: null })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  expect([await loadOf(full), await loadOf(other)]).toEqual([1, 1]);
  await assignConversation(aScope(database, 'supervisor'), two, { ...again, isForced: true });

  expect([await loadOf(full), await loadOf(other)]).toEqual([2, 0]);
  expect(await stateOf(two)).toEqual({ holder: { kind: 'agent', id: full }, assigneeId: full });
  expect((await factsOf(two)).at(-2)).toMatchObject({
    type: 'conversation.assigned',
    topics: expect.arrayContaining([`assignee:${full}`, `assignee:${other}`]),
    details: { assigneeId: full, left: [`assignee:${other}`] },
  });
  await unassignConversation(as(other), two);
  expect(await stateOf(two)).toEqual({ holder: null, assigneeId: null });
  expect(await loadOf(full)).toBe(1);
});

test('an agent who takes transfers only is not routed to, and takes what is handed over', async () => {
  const [id, agent] = [await aConversation(), await anAgent()];
  await setPresence(scope, agent, 'transfers_only');

  await handOff(scope, id, { to: { agentId: agent }, summary: 'For you' });

  expect(await stateOf(id)).toEqual({ holder: { kind: 'agent', id: agent }, assigneeId: agent });
});

test('a handoff keeps the summary in its row and tells who gave it to whom', async () => {
  const [id, giver, taker] = [await aConversation(), await anAgent(), await anAgent()];
  await takeControl(as(giver), id);
  const before = (await factsOf(id)).length;

  const handoffId = await handOff(as(giver), id, { to: { agentId: taker }, summary: 'Aino wants a refund' });

  expect([await loadOf(giver), await loadOf(taker)]).toEqual([0, 1]);
  const facts = (await factsOf(id)).slice(before);
  expect(facts).toMatchObject([
    {
      type: 'conversation.handed_off',
      topics: expect.arrayContaining([`assignee:${giver}`, `assignee:${taker}`]),
      details: {
        handoffId,
        from: { kind: 'agent', id: giver },
        to: { kind: 'agent', id: taker },
        assigneeId: taker,
        left: [`assignee:${giver}`],
      },
    },
    { type: 'conversation.assigned', details: { left: [`assignee:${giver}`] } },
    { type: 'conversation.control_changed', details: { control: { kind: 'agent', id: taker } } },
  ]);
  expect(JSON.stringify(facts)).not.toContain('refund');
  const [page] = await handoffsOfConversations(scope, [id], { first: 5, after: null });
  expect(page!.nodes).toMatchObject([
    { id: handoffId, fromId: giver, toId: taker, summary: 'Aino wants a refund', byKind: 'agent', byId: giver },
  ]);
});

test('a team holds what it is handed until routing chooses a member or a member writes', async () => {
  const [id, second, giver] = [await aConversation(), await aConversation(), await anAgent()];
  const [member, outsider] = [await anAgent(), await anAgent()];
  const team = await upsertTeam(scope, { externalId: 'returns', name: 'Returns', memberIds: [member] });
  for (const conversation of [id, second]) {
    await takeControl(as(giver), conversation);
    await handOff(as(giver), conversation, { to: { teamId: team }, summary: 'Returns' });
    expect(await stateOf(conversation)).toEqual({ holder: { kind: 'team', id: team }, assigneeId: null });
  }
  expect(await loadOf(giver)).toBe(0);
  await expect(sendMessage(bot, id, 'Beep')).rejects.toMatchObject({ code: 'CONTROL_HELD' });
  await sendMessage(as(outsider), id, 'Just saying');
  expect((await stateOf(id)).holder).toEqual({ kind: 'team', id: team });

  await sendMessage(as(member), id, 'Here');
  const { assigneeId } = await routeConversation(scope, second);

  expect(await stateOf(id)).toEqual({ holder: { kind: 'agent', id: member }, assigneeId: member });
  expect(assigneeId).toBe(member);
  expect(await loadOf(member)).toBe(2);
});

test('a store and a bot hold what they are handed, and what does not exist is refused', async () => {
  const id = await aConversation();
  await recordLocations(scope, [
    { externalId: 'kamppi', name: 'Kamppi', kind: 'store' },
    { externalId: 'depot', name: 'Depot', kind: 'warehouse' },
  ]);
  const places = await sql<{ id: string; kind: string }[]>`select id, kind from locations order by kind`;
  const [store, warehouse] = places.map((place) => place.id);
  const ofBot = {
    name: 'Helper bot',
    role: 'bot',
    scopes: null,
    agentId: null,
    partnerId: null,
    customerId: null,
  } as const;
  const { id: botId } = await createApiKey(scope, await readInstallation(sql), { ...ofBot, expiresAt: null }, null);
  const summary = 'x';

  await handOff(scope, id, { to: { locationId: store! }, summary });
  expect((await stateOf(id)).holder).toEqual({ kind: 'store', id: store });
  await handOff(scope, id, { to: { bot: botId }, summary });
  expect((await stateOf(id)).holder).toEqual({ kind: 'bot', id: botId });

  const before = await rowCounts(sql);
  const refused = [
    [{}, 'INVALID_INPUT'],
    [{ bot: botId, locationId: store! }, 'INVALID_INPUT'],
    [{ bot: botId }, 'CONFLICT'],
    [{ locationId: warehouse! }, 'NOT_FOUND'],
    [{ bot: 'key_nobody' }, 'NOT_FOUND'],
    [{ agentId: "agt_' or true --" }, 'NOT_FOUND'],
    [{ teamId: 'tea_0' }, 'NOT_FOUND'],
  ] as const;
  for (const [to, code] of refused) await expect(handOff(scope, id, { to, summary })).rejects.toMatchObject({ code });
  await expect(handOff(scope, id, { to: { locationId: store! }, summary: ' \0' })).rejects.toMatchObject({
    code: 'INVALID_INPUT',
  });
  expect(await rowCounts(sql)).toEqual(before);
});

test('a team recorded again changes only what differs, and its members are agents', async () => {
  const [one, two] = [await anAgent(), await anAgent()];
  const record = { externalId: 'team', name: 'Team', memberIds: [one, two, one] };
  const id = await upsertTeam(scope, record);
  await upsertTeam(scope, record);
  await upsertTeam(scope, { ...record, name: 'Team', memberIds: null });
  await upsertTeam(scope, { ...record, memberIds: [two] });

  expect((await journalOf(sql, `team:${id}`)).map(({ streams }) => streams.length)).toEqual([3, 2]);
  await expect(upsertTeam(scope, { ...record, memberIds: [two, 'agt_none'] })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    field: ['input', 'memberIds', '1'],
  });
});

test('whatever is done in whatever order and at once, at most one holds a conversation and loads equal what is assigned', async () => {
  const agents = [await anAgent(1), await anAgent(2), await anAgent(2)];
  const team = await upsertTeam(scope, { externalId: 'any', name: 'Any', memberIds: agents.slice(0, 2) });
  const lead = aScope(database, 'supervisor');
  const who = fc.integer({ min: 0, max: 2 });
  const act = fc.oneof(
    fc.record({ does: fc.constant('assign' as const), who, isForced: fc.boolean() }),
    fc.record({ does: fc.constant('handOff' as const), who, isForced: fc.boolean() }),
    fc.record({
      does: fc.constantFrom(
        ...(['unassign', 'take', 'release', 'resolve', 'reopen', 'route', 'send', 'botSends', 'team'] as const),
      ),
      who,
      isForced: fc.constant(false),
    }),
  );
  const step = fc.tuple(fc.integer({ min: 0, max: 2 }), act);
  const perform = (
    id: ConversationId,
    { does, who: nth, isForced }: { does: string; who: number; isForced: boolean },
  ) => {
    const agentId = agents[nth]!;
    const acts: Record<string, () => Promise<unknown>> = {
      assign: () => assignConversation(lead, id, { agentId, isForced }),
      handOff: () => handOff(lead, id, { to: { agentId }, summary: 's', isForced }),
      team: () => handOff(lead, id, { to: { teamId: team }, summary: 's' }),
      unassign: () => unassignConversation(lead, id),
      take: () => takeControl(as(agentId), id),
      release: () => releaseControl(lead, id),
      resolve: () => resolveConversation(lead, id),
      reopen: () => reopenConversation(lead, id),
      route: () => routeConversation(lead, id),
      send: () => sendMessage(as(agentId), id, 'x'),
      botSends: () => sendMessage(bot, id, 'x'),
    };
    return acts[does]!().catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
    });
  };

  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12 }), async (rounds) => {
      const ids = await Promise.all([aConversation(), aConversation(), aConversation()]);
      for (const round of rounds) {
        await Promise.all(round.map(([nth, what]) => perform(ids[nth]!, what)));
        const rows = await sql`
          select id from conversations
          where (control_kind is null) <> (control_id is null) or (control_kind is null) <> (control_since is null)
            or (status = 'resolved' and control_kind is not null)
            or (control_kind in ('team', 'store') and assignee_id is not null)`;
        expect([...rows]).toEqual([]);
        const loads = await sql`
          select a.id, a.load, count(c.id)::int as assigned
          from agents a left join conversations c on c.assignee_id = a.id and c.status <> 'resolved'
          where a.id = any (${agents}) group by a.id having a.load <> count(c.id)`;
        expect([...loads]).toEqual([]);
      }
      for (const id of ids) await resolveConversation(lead, id).catch(() => undefined);
    }),
    { numRuns: 25 },
  );
});

test('conversations are listed by who holds them: an agent, a team or a bot', async () => {
  const [agents, teams, bots, nobodys] = [
    await aConversation(),
    await aConversation(),
    await aConversation(),
    await aConversation(),
  ];
  const agent = await anAgent();
  await takeControl(as(agent), agents);
  const teamId = await upsertTeam(scope, { externalId: 'held', name: 'Held', memberIds: [] });
  await handOff(scope, teams, { to: { teamId }, summary: 'For the team' });
  await takeControl(aScope(database, 'bot', { principal: 'key_holder' }), bots);

  const held = async (heldById: string) =>
    (await listConversations(scope, { heldById }, { first: 10, after: null })).nodes.map(({ id }) => id);
  expect(await held(agent)).toEqual([agents]);
  expect(await held(teamId)).toEqual([teams]);
  expect(await held('key_holder')).toEqual([bots]);
  expect(await held(nobodys)).toEqual([]);
});
