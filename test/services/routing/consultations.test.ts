import { beforeEach, expect, test } from 'vitest';

import { assignConversation } from '../../../src/services/conversations/assign-conversation.ts';
import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { leaveConversation } from '../../../src/services/conversations/participants/answer-question.ts';
import { participantsByIds } from '../../../src/services/conversations/participants/read-participants.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { upsertTeam } from '../../../src/services/conversations/upsert-team.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { answerConsultation } from '../../../src/services/routing/consultations/answer-consultation.ts';
import { consultColleague } from '../../../src/services/routing/consultations/consult-colleague.ts';
import { activatePolicy } from '../../../src/services/routing/policies/activate-policy.ts';
import { createPolicy } from '../../../src/services/routing/policies/create-policy.ts';
import { routeConversation } from '../../../src/services/routing/route-conversation.ts';
import type { AgentId, ConversationId } from '../../../src/values/ids.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');
let count = 0;
await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
await ensureInbox(scope, { externalId: 'phone', channel: 'voice', name: 'Phone' });

const as = (agentId: AgentId) => aScope(database, 'agent', { agentId, now: scope.now });
const loadOf = async (id: AgentId) => (await sql`select load from agents where id = ${id}`)[0]!.load as number;
const statesOf = async (...ids: string[]) => (await participantsByIds(scope, ids)).map((one) => one?.state);

async function anAgent(skills: Record<string, number> = {}, capacity = 4): Promise<AgentId> {
  const id = await ensureAgent(scope, { externalId: `a${(count += 1)}`, name: `Agent ${count}`, capacity, skills });
  await setPresence(scope, id, 'online');
  return id;
}
async function aTalk(inbox = 'chat'): Promise<ConversationId> {
  const { conversationId } = await receiveMessage(scope, {
    ...{ inbox, sender: { kind: 'email', value: `c${(count += 1)}@example.com` }, externalId: `x${count}`, text: '…' },
    occurredAt: scope.now,
  });
  return conversationId;
}
async function withWeight(consultation: number | 'all'): Promise<void> {
  await createPolicy(scope, { document: JSON.stringify({ capacity: { consultation } }), note: null });
  const [row] = await sql<{ version: number }[]>`select max(version) as version from routing_policies`;
  await activatePolicy(scope, { version: row!.version, at: null, segment: null, controlPercent: null });
}

let [holder, expert, novice]: AgentId[] = [];
let talk: ConversationId;
beforeEach(async () => {
  await sql`update routing_tasks set state = 'canceled', due_at = null`;
  await sql`update conversation_participants set state = 'left'`;
  await sql`update agents set presence = 'offline', load = 0`;
  holder = await anAgent({ 'area:delivery': 5 });
  novice = await anAgent({ 'area:delivery': 2 });
  expert = await anAgent({ 'area:delivery': 4 });
  talk = await aTalk();
  await assignConversation(scope, talk, { agentId: holder });
});
const DELIVERY = { skill: 'area:delivery', level: 2 };
const ask = (to: object = { skill: DELIVERY }, of = talk) =>
  consultColleague(as(holder!), of, { ...to, question: 'Is it lost?' });
const askedBy = async (id: string) => (await participantsByIds(scope, [id]))[0]!.partyId;

test('whoever has the skill at the highest level is asked, and after a no the next one, who is not asked twice', async () => {
  const first = await ask();
  expect(await askedBy(first)).toBe(expert);
  await answerConsultation(as(expert!), first, false);
  const second = await ask();
  expect(await askedBy(second)).toBe(novice);
  await answerConsultation(as(novice!), second, true);
  expect([await statesOf(first, second), await loadOf(expert!), await loadOf(novice!)]).toEqual([
    ...[['declined', 'joined'], 0, 1],
  ]);
  const before = await journalOf(sql, `conversation:${talk}`);
  await expect(ask()).rejects.toMatchObject({ code: 'NO_FREE_PLACE', field: ['input', 'skill'] });
  expect(await journalOf(sql, `conversation:${talk}`)).toEqual(before);
  await leaveConversation(as(novice!), second);
  expect([await statesOf(second), await loadOf(novice!)]).toEqual([['left'], 0]);
});

test('of a team whoever has the most free places is asked; who thinks about another question only if there is nobody else', async () => {
  const other = await aTalk();
  await assignConversation(scope, other, { agentId: novice! });
  const teamId = await upsertTeam(scope, {
    ...{ externalId: `t${(count += 1)}`, name: 'Carriers', memberIds: [novice!, expert!] },
  });
  const ids = [await ask({ teamId }), await ask({ teamId }, other)];
  expect(await Promise.all(ids.map(askedBy))).toEqual([expert, expert]);
  await sql`update conversation_participants set state = 'left'`;
  await resolveConversation(scope, other);
  const again = [await ask({ teamId }), await ask({ teamId }, await aTalk())];
  expect(await Promise.all(again.map(askedBy))).toEqual([novice, expert]);
  await expect(ask({ teamId, skill: DELIVERY })).rejects.toMatchObject({ code: 'INVALID_INPUT', field: ['input'] });
  await expect(ask({ skill: { skill: 'area:nothing' } })).rejects.toMatchObject({
    ...{ code: 'NOT_FOUND', field: ['input', 'skill'] },
  });
});

test('advice takes as many places as the policy says, and gives them back; whoever has not as many is not asked', async () => {
  await withWeight(3);
  const id = await ask();
  expect((await participantsByIds(scope, [id]))[0]).toMatchObject({ placesTaken: 0 });
  await answerConsultation(as(expert!), id, true);
  expect((await participantsByIds(scope, [id]))[0]).toMatchObject({ placesTaken: 3 });
  expect(await loadOf(expert!)).toBe(3);
  const other = await aTalk();
  await expect(ask({ agentId: expert }, other)).rejects.toMatchObject({ code: 'NO_FREE_PLACE' });
  expect(await askedBy(await ask({ skill: DELIVERY }, other))).toBe(novice);
  await leaveConversation(as(expert!), id);
  expect(await loadOf(expert!)).toBe(0);
  await withWeight('all');
  const whole = await ask({ agentId: expert });
  await answerConsultation(as(expert!), whole, true);
  expect(await loadOf(expert!)).toBe(4);
  await withWeight(1);
});

test('whoever is on a call has no place for advice, though only one of their conversations is counted', async () => {
  for (const id of [holder, novice]) await setPresence(scope, id!, 'away');
  await routeConversation(scope, await aTalk('phone'));
  expect(await loadOf(expert!)).toBe(1);
  await expect(ask()).rejects.toMatchObject({ code: 'NO_FREE_PLACE' });
  await expect(ask({ agentId: expert })).rejects.toMatchObject({ code: 'NO_FREE_PLACE' });
});

test('however many ask and route at once, nobody has more than their places, and all come back', async () => {
  await setPresence(scope, holder!, 'away');
  await setPresence(scope, novice!, 'away');
  await withWeight(2);
  const talks = await Promise.all(Array.from({ length: 4 }, () => aTalk()));
  const ids = await Promise.all(talks.map((id) => ask({ agentId: expert }, id)));
  const coming = await Promise.all(Array.from({ length: 4 }, () => aTalk()));
  const answers = await Promise.allSettled([
    ...ids.map((id) => answerConsultation(as(expert!), id, true)),
    ...coming.map((id) => routeConversation(scope, id)),
  ]);
  const [row] = await sql<{ advice: number; work: number }[]>`
    select (select coalesce(sum(places), 0)::int from conversation_participants where party_id = ${expert!} and state = 'joined') as advice,
      (select count(*)::int from routing_tasks where agent_id = ${expert!} and state = 'assigned') as work`;
  expect(answers.filter(({ status }) => status === 'rejected').length).toBe(4 - row!.advice / 2);
  expect(row!.advice + row!.work).toBe(4);
  expect(await loadOf(expert!)).toBe(4);
  for (const id of ids) await leaveConversation(scope, id);
  expect(await loadOf(expert!)).toBe(row!.work);
  await withWeight(1);
});
