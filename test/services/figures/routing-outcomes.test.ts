import { beforeAll, expect, test } from 'vitest';

import { recordActivities } from '../../../src/services/activity/record-activities.ts';
import { assignConversation } from '../../../src/services/conversations/assign-conversation.ts';
import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { handOff } from '../../../src/services/conversations/hand-off.ts';
import { reopenConversation } from '../../../src/services/conversations/reopen-conversation.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { readAgentUtilisation } from '../../../src/services/figures/agent-utilisation.ts';
import { readRoutingOutcomes } from '../../../src/services/figures/routing-outcomes.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { activatePolicy } from '../../../src/services/routing/policies/activate-policy.ts';
import { createPolicy } from '../../../src/services/routing/policies/create-policy.ts';
import { routeConversation } from '../../../src/services/routing/route-conversation.ts';
import { settleRouting } from '../../../src/services/routing/settle-routing.ts';
import { acceptOffer, rejectOffer } from '../../../src/services/routing/tasks/answer-offer.ts';
import type { AgentId } from '../../../src/values/ids.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const BEGIN = Date.parse('2026-11-20T08:00:00.000Z');
const at = (minutes: number) => aScope(database, 'admin', { now: new Date(BEGIN + minutes * 60_000) });
const day = { from: at(0).now, until: at(24 * 60).now };
let [aino, onni]: AgentId[] = [];
let count = 0;

async function aConversation(minutes: number, language: 'fi' | 'sv' | 'et') {
  const name = `m${(count += 1)}`;
  const { conversationId, customerId } = await receiveMessage(at(minutes), {
    ...{
      inbox: 'mail',
      sender: { kind: 'email', value: `${name}@example.com` },
      externalId: name,
      text: 'Moi',
      language,
    },
    occurredAt: at(minutes).now,
  });
  await routeConversation(at(minutes), conversationId);
  return { id: conversationId, customerId };
}

beforeAll(async () => {
  await ensureInbox(at(-60), { externalId: 'mail', channel: 'email', name: 'Mail' });
  aino = await ensureAgent(at(-60), { externalId: 'aino', name: 'Aino', capacity: 9, skills: { 'language:fi': 5 } });
  onni = await ensureAgent(at(-60), { externalId: 'onni', name: 'Onni', capacity: 9, skills: { 'language:sv': 5 } });
  await setPresence(at(0), aino, 'online');
  await setPresence(at(0), onni, 'online');

  // Aino: one solved and rated, one that came back, one that is open, one that nobody could solve. Onni: one that went on to Aino.
  const solved = await aConversation(10, 'fi');
  await resolveConversation(at(20), solved.id, { outcome: 'solved' });
  await recordActivities(at(30), [
    {
      ...{ customerId: solved.customerId, source: 'survey', externalId: 's1', occurredAt: at(30).now },
      surveyAnswer: { survey: 'csat', question: 'How was it?', score: 4, answer: null, conversationId: solved.id },
    },
  ] as never);
  const back = await aConversation(12, 'fi');
  await resolveConversation(at(20), back.id, { outcome: 'solved' });
  await reopenConversation(at(40), back.id);
  await aConversation(14, 'fi');
  const hard = await aConversation(16, 'fi');
  await resolveConversation(at(20), hard.id, { outcome: 'not_solved' });
  const passed = await aConversation(18, 'sv');
  await handOff(at(19), passed.id, { to: { agentId: aino }, summary: 'Speaks Finnish after all' });
  await resolveConversation(at(25), passed.id, { outcome: 'solved' });

  await setPresence(at(60), aino, 'away');
  await setPresence(at(90), aino, 'online');
  await setPresence(at(120), onni, 'offline');
});

const noneDeclined = { rejectedCount: 0, timedOutCount: 0 };
const none = {
  ...noneDeclined,
  transferredCount: 0,
  resolvedCount: 0,
  solvedAtFirstContactCount: 0,
  reopenedCount: 0,
  ratedCount: 0,
};

test('what became of decisions is counted by the skill that they asked for', async () => {
  const outcomes = await readRoutingOutcomes(at(200), day, 'skill');

  expect(outcomes).toEqual({
    ...{ asOf: at(200).now, from: day.from, until: day.until, decisionCount: 5, isWhole: true },
    groups: [
      {
        key: 'channel:email',
        decisionCount: 5,
        acceptedCount: 5,
        ...noneDeclined,
        transferredCount: 1,
        resolvedCount: 4,
        solvedAtFirstContactCount: 1,
        reopenedCount: 1,
        ratedCount: 1,
        meanRating: 4,
      },
      {
        key: 'language:fi',
        decisionCount: 4,
        acceptedCount: 4,
        ...noneDeclined,
        transferredCount: 0,
        resolvedCount: 3,
        solvedAtFirstContactCount: 1,
        reopenedCount: 1,
        ratedCount: 1,
        meanRating: 4,
      },
      {
        key: 'language:sv',
        decisionCount: 1,
        acceptedCount: 1,
        ...noneDeclined,
        transferredCount: 1,
        resolvedCount: 1,
        solvedAtFirstContactCount: 0,
        reopenedCount: 0,
        ratedCount: 0,
        meanRating: null,
      },
    ],
  });
});

test('the same by agent and by channel, and of a period without decisions nothing', async () => {
  const byAgent = await readRoutingOutcomes(at(200), day, 'agent');
  expect(
    byAgent.groups.map(({ key, decisionCount, transferredCount }) => [key, decisionCount, transferredCount]),
  ).toEqual([
    [aino, 4, 0],
    [onni, 1, 1],
  ]);
  const byChannel = await readRoutingOutcomes(at(200), { from: day.from, until: at(11).now }, 'channel');
  expect(byChannel.groups).toEqual([
    {
      ...none,
      key: 'email',
      decisionCount: 1,
      acceptedCount: 1,
      resolvedCount: 1,
      solvedAtFirstContactCount: 1,
      ratedCount: 1,
      meanRating: 4,
    },
  ]);
  for (const [dimension, key] of [
    ['policy_version', expect.any(String)],
    ['queue', 'everybody'],
    ['step', 'everybody: who fits best'],
  ] as const) {
    const { groups } = await readRoutingOutcomes(at(200), day, dimension);
    expect(groups.map((group) => [group.key, group.decisionCount])).toEqual([[key, 5]]);
  }
  const before = await readRoutingOutcomes(at(200), { from: at(-60).now, until: at(0).now }, 'skill');
  expect([before.decisionCount, before.groups]).toEqual([0, []]);
});

test('an agent’s use is counted over the time in which they were there', async () => {
  const use = await readAgentUtilisation(at(180), day);

  expect(use.agents).toEqual([
    {
      ...{ agentId: aino, availableSeconds: 150 * 60, awaySeconds: 30 * 60, chosenCount: 4, resolvedCount: 3 },
      ...{ offlineSeconds: 0, busySeconds: 140 * 60, fullSeconds: 0 },
      ...{ chosenPerHour: 1.6, load: 2, capacity: 9, isFull: false },
    },
    {
      ...{ agentId: onni, availableSeconds: 120 * 60, awaySeconds: 0, chosenCount: 1, resolvedCount: 0 },
      ...{ offlineSeconds: 60 * 60, busySeconds: 60, fullSeconds: 0 },
      ...{ chosenPerHour: 0.5, load: 0, capacity: 9, isFull: false },
    },
  ]);
  expect(use.spread).toBeCloseTo(0.55 / 1.05, 10);
});

test('who is given more than they can do is full', async () => {
  const busy = await ensureAgent(at(0), { externalId: 'busy', name: 'Busy', capacity: 1, skills: {} });
  for (const force of [false, true]) {
    const { id } = await aConversation(130, 'sv');
    await setPresence(at(130), busy, 'online');
    await assignConversation(at(131), id, { agentId: busy, isForced: force });
  }

  const { agents } = await readAgentUtilisation(at(180), day);
  expect(agents.find(({ agentId }) => agentId === busy)).toMatchObject({
    ...{ load: 2, capacity: 1, isFull: true, availableSeconds: 50 * 60, busySeconds: 49 * 60, fullSeconds: 49 * 60 },
  });
});

test('who rejects an offer or lets it pass was no contact of the customer’s: the next one solves it at the first', async () => {
  const offers = { acceptSeconds: 20, wrapUpSeconds: 0 };
  const policyId = await createPolicy(at(2_000), { document: JSON.stringify({ offers }), note: null });
  const [policy] = await sql<{ version: number }[]>`select version from routing_policies where id = ${policyId}`;
  await activatePolicy(at(2_000), { version: policy!.version });
  const [elli, liisa, veera] = await Promise.all(
    ['elli', 'liisa', 'veera'].map((externalId, i) =>
      ensureAgent(at(2_000), { externalId, name: externalId, capacity: 9, skills: { 'language:et': 5 - i } }),
    ),
  );
  for (const id of [elli!, liisa!, veera!]) await setPresence(at(2_001), id, 'online');
  const as = (agentId: AgentId, minutes: number) => ({ ...at(minutes), viewer: { ...at(minutes).viewer, agentId } });
  const answer = async (act: typeof acceptOffer, agentId: AgentId, minutes: number) => {
    const [offer] = await sql<{ id: string }[]>`
      select id from routing_reservations where agent_id = ${agentId} and state = 'pending'`;
    await act(as(agentId, minutes), offer!.id);
  };

  const { id } = await aConversation(2_010, 'et');
  await answer(rejectOffer, elli!, 2_010.1);
  await settleRouting(at(2_010.2));
  // Nobody answers: twenty seconds later it goes on.
  await settleRouting(at(2_010.6));
  await answer(acceptOffer, veera!, 2_010.7);
  await resolveConversation(at(2_015), id, { outcome: 'solved' });
  await aConversation(2_020, 'et');

  const period = { from: at(2_000).now, until: at(2_100).now };
  const { groups } = await readRoutingOutcomes(at(2_100), period, 'agent');
  const counts = { ...none, acceptedCount: 0, reopenedCount: 0, ratedCount: 0, meanRating: null };
  expect(Object.fromEntries(groups.map(({ key, ...group }) => [key, group]))).toEqual({
    // The second conversation still waits for her answer.
    [elli!]: { ...counts, decisionCount: 2, rejectedCount: 1, resolvedCount: 1 },
    [liisa!]: { ...counts, decisionCount: 1, timedOutCount: 1, resolvedCount: 1 },
    [veera!]: { ...counts, decisionCount: 1, acceptedCount: 1, resolvedCount: 1, solvedAtFirstContactCount: 1 },
  });
});

test.each([
  [day.from, day.from],
  [day.until, day.from],
  [new Date('2020-01-01T00:00:00.000Z'), day.until],
])('a period from %s until %s is none', async (from, until) => {
  await expect(readRoutingOutcomes(at(0), { from, until }, 'skill')).rejects.toMatchObject({ name: 'InvalidRequest' });
  await expect(readAgentUtilisation(at(0), { from, until })).rejects.toMatchObject({ name: 'InvalidRequest' });
});

test('a bot reads no figures', async () => {
  const bot = aScope(database, 'bot');
  await expect(readRoutingOutcomes(bot, day, 'skill')).rejects.toThrow('figures:read');
  await expect(readAgentUtilisation(bot, day)).rejects.toThrow('figures:read');
});
