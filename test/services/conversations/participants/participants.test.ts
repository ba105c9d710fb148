import { beforeEach, expect, test } from 'vitest';

import { ensureAgent } from '../../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../../src/services/conversations/ensure-inbox.ts';
import { assignConversation } from '../../../../src/services/conversations/assign-conversation.ts';
import { handOff } from '../../../../src/services/conversations/hand-off.ts';
import { leaveConversation } from '../../../../src/services/conversations/participants/answer-question.ts';
import { endParticipations } from '../../../../src/services/conversations/participants/end-participations.ts';
import { joinConversation } from '../../../../src/services/conversations/participants/join-conversation.ts';
import {
  participantsByIds,
  participantsOfConversations,
} from '../../../../src/services/conversations/participants/read-participants.ts';
import { resolveConversation } from '../../../../src/services/conversations/resolve-conversation.ts';
import { sendMessage } from '../../../../src/services/conversations/send-message.ts';
import { setPresence } from '../../../../src/services/conversations/set-presence.ts';
import { takeControl } from '../../../../src/services/conversations/take-control.ts';
import { customersAssignedTo } from '../../../../src/services/context/watched-customers.ts';
import { receiveMessage } from '../../../../src/services/intake/receive-message.ts';
import { answerConsultation } from '../../../../src/services/routing/consultations/answer-consultation.ts';
import { consultColleague } from '../../../../src/services/routing/consultations/consult-colleague.ts';
import { AccessDenied } from '../../../../src/values/access-denied.ts';
import type { AgentId, ConversationId } from '../../../../src/values/ids.ts';
import { journalOf } from '../../../support/journal.ts';
import { aScope } from '../../../support/scopes.ts';
import { withDatabase } from '../../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');
const lead = aScope(database, 'supervisor');
let count = 0;
await ensureInbox(scope, { externalId: 'wa', channel: 'whatsapp', name: 'WhatsApp' });
const after = (seconds: number, of = scope) => ({ ...of, now: new Date(scope.now.getTime() + seconds * 1_000) });
const as = (agentId: AgentId, at = scope) => aScope(database, 'agent', { agentId, now: at.now });

async function anAgent(capacity = 1): Promise<AgentId> {
  const record = { externalId: `a${(count += 1)}`, name: `Agent ${count}`, capacity, skills: {} };
  const id = await ensureAgent(scope, record);
  await setPresence(scope, id, 'online');
  return id;
}
let [holder, expert]: AgentId[] = [];
let talk: ConversationId;
beforeEach(async () => {
  [holder, expert] = [await anAgent(), await anAgent()];
  const { conversationId } = await receiveMessage(scope, {
    inbox: 'wa',
    sender: { kind: 'phone', value: `+35840100${1_000 + (count += 1)}` },
    externalId: `x${count}`,
    text: '…',
    occurredAt: scope.now,
  });
  talk = conversationId;
  await assignConversation(scope, talk, { agentId: holder! });
});

const loadOf = async (id: AgentId) => (await sql`select load from agents where id = ${id}`)[0]!.load as number;
const controlOf = async () =>
  (await sql<{ controlId: string | null }[]>`select control_id from conversations where id = ${talk}`)[0]!.controlId;
const statesOf = async (...ids: string[]) => (await participantsByIds(scope, ids)).map((one) => one?.state);
const typesOf = async () => (await journalOf(sql, `conversation:${talk}`)).map(({ type }) => type);
const ask = (by = as(holder!)) => consultColleague(by, talk, { agentId: expert!, question: 'May she have a refund?' });

test('a colleague who is asked sees the customer, gives a place with the answer, and says nothing to the customer; control stays', async () => {
  const id = await ask();
  expect(await customersAssignedTo(scope, expert!)).toHaveLength(1);
  expect([await loadOf(expert!), await controlOf()]).toEqual([0, holder]);
  await answerConsultation(as(expert!), id, true);
  await answerConsultation(as(expert!), id, true);
  expect([await loadOf(expert!), await controlOf()]).toEqual([1, holder]);
  expect(await participantsOfConversations(scope, [talk])).toMatchObject([
    { partyId: expert, mode: 'consulted', state: 'joined', byId: holder },
  ]);

  const before = await typesOf();
  await expect(sendMessage(as(expert!), talk, 'Hello, I am the expert.')).rejects.toMatchObject({
    code: 'NOT_ALLOWED',
  });
  expect(await typesOf()).toEqual(before);
  await sendMessage(as(holder!), talk, 'You may.');

  await leaveConversation(as(expert!), id);
  await leaveConversation(as(holder!), id);
  expect([await loadOf(expert!), await statesOf(id)]).toEqual([0, ['left']]);
  expect(await customersAssignedTo(scope, expert!)).toEqual([]);
  expect((await typesOf()).filter((type) => /participant|consultation|note/.test(type))).toEqual([
    ...['note.added', 'conversation.consultation_asked', 'conversation.participant_joined'],
    'conversation.participant_left',
  ]);
});

test('whoever is full, away, asked already or has it is not asked, and nothing changed', async () => {
  await ask();
  const before = [await typesOf(), (await sql`select count(*) from conversation_participants`)[0]];
  await expect(ask()).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(consultColleague(scope, talk, { agentId: holder!, question: '?' })).rejects.toMatchObject({
    code: 'CONFLICT',
  });
  const away = await anAgent();
  await setPresence(scope, away, 'away');
  const full = await anAgent(0);
  for (const agentId of [away, full])
    await expect(consultColleague(scope, talk, { agentId, question: '?' })).rejects.toMatchObject({
      ...{ code: 'NO_FREE_PLACE', field: ['input', 'agentId'] },
    });
  const bot = aScope(database, 'bot');
  await expect(consultColleague(bot, talk, { agentId: full, question: '?' })).rejects.toMatchObject({
    code: 'NOT_ALLOWED',
  });
  expect([await typesOf(), (await sql`select count(*) from conversation_participants`)[0]]).toEqual(before);
});

test('what is asked is answered by whom it was asked of, in time, and once', async () => {
  const id = await ask();
  await expect(answerConsultation(as(holder!), id, true)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(answerConsultation(as(expert!, after(60)), id, true)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await endParticipations(after(59))).toBe(0);
  await endParticipations(after(60));
  expect(await statesOf(id)).toEqual(['expired']);
  const again = await ask();
  await answerConsultation(as(expert!), again, false);
  await expect(answerConsultation(as(expert!), again, true)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect([await statesOf(again), await loadOf(expert!)]).toEqual([['declined'], 0]);
});

test('of a colleague who is asked by two at once one gets the place', async () => {
  const other = await receiveMessage(scope, {
    ...{ inbox: 'wa', sender: { kind: 'phone', value: '+358409998887' }, externalId: `y${count}`, text: '…' },
    occurredAt: scope.now,
  });
  const ids = await Promise.all([
    ask(),
    consultColleague(scope, other.conversationId, { agentId: expert!, question: 'And this?' }),
  ]);
  const answers = await Promise.allSettled(ids.map((id) => answerConsultation(as(expert!), id, true)));
  expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await loadOf(expert!)).toBe(1);
  await endParticipations(after(60));
  expect((await statesOf(...ids)).sort()).toEqual(['expired', 'joined']);
});

test.each([
  ['the conversation is resolved', () => resolveConversation(scope, talk)],
  ['the colleague goes offline', () => setPresence(scope, expert!, 'offline')],
])('advice ends with its place when %s', async (_, end) => {
  const id = await ask();
  await answerConsultation(as(expert!), id, true);
  await end();
  expect(await endParticipations(after(1))).toBe(1);
  expect([await statesOf(id), await loadOf(expert!)]).toEqual([['left'], 0]);
  expect(await endParticipations(after(2))).toBe(0);
});

test('a colleague who is handed the conversation has one place of it, and takes part no more', async () => {
  expert = await anAgent(2);
  const id = await ask();
  await answerConsultation(as(expert), id, true);
  await handOff(as(holder!), talk, { to: { agentId: expert }, summary: 'As we said.' });
  expect(await loadOf(expert)).toBe(2);
  await endParticipations(after(1));
  expect([await statesOf(id), await loadOf(expert), await loadOf(holder!)]).toEqual([['left'], 1, 0]);
  expect(await controlOf()).toBe(expert);
  await sendMessage(as(expert), talk, 'Now it is me.');
});

test('a supervisor listens and coaches without a word to the customer, speaks without control, and takes over by name', async () => {
  const id = await joinConversation(lead, talk, 'listening');
  await expect(sendMessage(lead, talk, 'Hello.')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  expect(await joinConversation(lead, talk, 'coaching')).toBe(id);
  await expect(sendMessage(lead, talk, 'Hello.')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  expect(await joinConversation(lead, talk, 'speaking')).toBe(id);
  await sendMessage(lead, talk, 'I am the supervisor.');
  expect(await controlOf()).toBe(holder);
  expect(await participantsOfConversations(scope, [talk])).toMatchObject([{ mode: 'speaking', state: 'joined' }]);

  await takeControl(lead, talk);
  expect(await endParticipations(after(1))).toBe(1);
  expect([await controlOf(), await statesOf(id)]).toEqual([lead.viewer.principal, ['left']]);
  await expect(joinConversation(lead, talk, 'listening')).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('agents do not join by themselves, strangers end nothing, and who takes part is for staff', async () => {
  await expect(joinConversation(as(expert!), talk, 'listening')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  const id = await joinConversation(lead, talk, 'listening');
  await expect(leaveConversation(as(expert!), id)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  expect(await statesOf(id)).toEqual(['joined']);
  for (const role of ['bot', 'customer'] as const)
    await expect(participantsOfConversations(aScope(database, role), [talk])).rejects.toBeInstanceOf(AccessDenied);
});
