import { afterAll, beforeAll, expect, test } from 'vitest';

import { openDatabase } from '../../../src/database/open-database.ts';
import { createApiKey } from '../../../src/services/access/create-api-key.ts';
import {
  acceptControlOffer,
  declineControlOffer,
  withdrawControlOffer,
} from '../../../src/services/conversations/answer-control-offer.ts';
import { ensureAgent } from '../../../src/services/conversations/ensure-agent.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { expireControlOffers } from '../../../src/services/conversations/expire-control-offers.ts';
import { handOff } from '../../../src/services/conversations/hand-off.ts';
import { offerControl } from '../../../src/services/conversations/offer-control.ts';
import { holderOf } from '../../../src/services/conversations/party.ts';
import {
  listMyControlOffers,
  openOffersOfConversations,
} from '../../../src/services/conversations/read-control-offers.ts';
import { conversationsByIds } from '../../../src/services/conversations/read-conversations.ts';
import { handoffsOfConversations } from '../../../src/services/conversations/read-handoffs.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { sendMessage } from '../../../src/services/conversations/send-message.ts';
import { setPresence } from '../../../src/services/conversations/set-presence.ts';
import { releaseControl, takeControl } from '../../../src/services/conversations/take-control.ts';
import { upsertTeam } from '../../../src/services/conversations/upsert-team.ts';
import { readInstallation } from '../../../src/services/events/installation.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import type { Scope } from '../../../src/services/scope.ts';
import type { AgentId, ConversationId } from '../../../src/values/ids.ts';
import { journalOf, rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql, applicationUrl } = await withDatabase();
const second = openDatabase(applicationUrl, { poolSize: 4, statementTimeoutMs: 20_000 });
afterAll(() => second.close());
const scope = aScope(database);
let bot: Scope;
let count = 0;

beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
  const owner = { agentId: null, partnerId: null, customerId: null };
  const { id } = await createApiKey(
    scope,
    await readInstallation(sql),
    { name: 'bot', role: 'bot', scopes: null, ...owner, expiresAt: null },
    null,
  );
  bot = aScope(database, 'bot', { principal: id });
});

async function aConversation(): Promise<ConversationId> {
  const name = `c${(count += 1)}`;
  const { conversationId } = await receiveMessage(scope, {
    ...{ inbox: 'chat', sender: { kind: 'visitor_id', value: name }, externalId: name, text: 'Hello' },
    occurredAt: scope.now,
  });
  return conversationId;
}
async function anAgent(capacity = 5): Promise<AgentId> {
  const id = await ensureAgent(scope, { externalId: `a${(count += 1)}`, name: `A${count}`, capacity, skills: {} });
  await setPresence(scope, id, 'online');
  return id;
}
const as = (agentId: AgentId, db = database) => aScope(db, 'agent', { agentId, principal: `key_of_${agentId}` });
const after = (seconds: number, of: Scope = scope): Scope => ({
  ...of,
  now: new Date(of.now.getTime() + seconds * 1_000),
});
const stateOf = async (id: ConversationId) => {
  const [conversation] = await conversationsByIds(scope, [id]);
  return { holder: holderOf(conversation!), assigneeId: conversation!.assigneeId };
};
const offersTold = async (id: ConversationId) =>
  (await journalOf(sql, `conversation:${id}`)).flatMap(({ type, details }) =>
    type.includes('control_offer') ? [details!['state'] ?? 'offered'] : [],
  );
/** A bot that holds a conversation offers it to an agent. */
async function anOffer(seconds?: number) {
  const [id, agentId] = [await aConversation(), await anAgent()];
  await sendMessage(bot, id, 'Beep');
  const offerId = await offerControl(bot, id, { to: { agentId }, summary: 'Is angry: parcel late', seconds });
  return { id, agentId, offerId };
}

test('a bot offers to an agent and goes on; the agent accepts, has control, work and the summary, and the bot is refused', async () => {
  const { id, agentId, offerId } = await anOffer();
  await sendMessage(bot, id, 'Somebody is coming');
  expect(await stateOf(id)).toEqual({ holder: { kind: 'bot', id: bot.viewer.principal }, assigneeId: null });
  const page = { first: 5, after: null };
  expect((await listMyControlOffers(as(agentId), page)).nodes.map((offer) => offer.id)).toEqual([offerId]);
  expect((await openOffersOfConversations(scope, [id]))[0]).toMatchObject({ id: offerId, state: 'open' });

  await acceptControlOffer(as(agentId), offerId);

  expect(await stateOf(id)).toEqual({ holder: { kind: 'agent', id: agentId }, assigneeId: agentId });
  const [handoffs] = await handoffsOfConversations(scope, [id], page);
  expect(handoffs!.nodes).toMatchObject([
    { fromKind: 'bot', toKind: 'agent', toId: agentId, summary: 'Is angry: parcel late', byKind: 'bot' },
  ]);
  expect(await offersTold(id)).toEqual(['offered', 'accepted']);
  expect(
    (await journalOf(sql, `conversation:${id}`)).find(({ type }) => type.endsWith('control_offered')),
  ).toMatchObject({
    topics: expect.arrayContaining([`assignee:${agentId}`]),
    details: { offerId, to: { kind: 'agent', id: agentId } },
  });
  await expect(sendMessage(bot, id, 'Beep')).rejects.toMatchObject({ code: 'CONTROL_HELD' });
  expect((await listMyControlOffers(as(agentId), page)).nodes).toEqual([]);
  expect(JSON.stringify(await journalOf(sql))).not.toContain('parcel late');
});

test('an agent offers to a bot: it gets control, and the agent the place back', async () => {
  const [id, agentId] = [await aConversation(), await anAgent()];
  await takeControl(as(agentId), id);
  const offerId = await offerControl(as(agentId), id, {
    to: { bot: bot.viewer.principal },
    summary: 'Only a rating is left',
  });

  await acceptControlOffer(bot, offerId);

  expect(await stateOf(id)).toEqual({ holder: { kind: 'bot', id: bot.viewer.principal }, assigneeId: null });
  const [agent] = await sql`select load from agents where id = ${agentId}`;
  expect(agent!.load).toBe(0);
});

test('who declines leaves everything as it was, and it may be offered to the next one', async () => {
  const { id, agentId, offerId } = await anOffer();
  const before = await stateOf(id);

  await declineControlOffer(as(agentId), offerId);

  expect(await stateOf(id)).toEqual(before);
  await expect(acceptControlOffer(as(agentId), offerId)).rejects.toMatchObject({ code: 'CONFLICT' });
  const next = await anAgent();
  await acceptControlOffer(as(next), await offerControl(bot, id, { to: { agentId: next }, summary: 'Again' }));
  expect(await offersTold(id)).toEqual(['offered', 'declined', 'offered', 'accepted']);
});

test('an offer that nobody answers ends at its time, told once by two processes, and cannot be accepted any more', async () => {
  const { id, agentId, offerId } = await anOffer(30);
  expect(await expireControlOffers(after(29.999))).toBe(0);
  await expect(acceptControlOffer(after(30, as(agentId)), offerId)).rejects.toMatchObject({ code: 'CONFLICT' });

  await Promise.all([expireControlOffers(after(30)), expireControlOffers(after(30, aScope(second)))]);

  expect(await offersTold(id)).toEqual(['offered', 'expired']);
  await expect(acceptControlOffer(as(agentId), offerId)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect((await stateOf(id)).holder).toEqual({ kind: 'bot', id: bot.viewer.principal });
});

test('of a team that is offered it the first who accepts has it, of ten at once from two processes', async () => {
  const id = await aConversation();
  const members = await Promise.all(Array.from({ length: 10 }, () => anAgent()));
  const teamId = await upsertTeam(scope, { externalId: 'care', name: 'Care', memberIds: members });
  const offerId = await offerControl(bot, id, { to: { teamId }, summary: 'Who can?' });
  const stranger = await anAgent();
  await expect(acceptControlOffer(as(stranger), offerId)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });

  const answers = await Promise.allSettled(
    members.map((member, i) => acceptControlOffer(as(member, i % 2 === 0 ? database : second), offerId)),
  );

  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const winner = members[answers.findIndex(({ status }) => status === 'fulfilled')]!;
  expect(await stateOf(id)).toEqual({ holder: { kind: 'agent', id: winner }, assigneeId: winner });
  const [loads] = await sql`select sum(load)::int as taken from agents where id = any (${members})`;
  expect(loads!.taken).toBe(1);
  expect(await offersTold(id)).toEqual(['offered', 'accepted']);
});

test('what changed hands since it was offered is not taken from who has it now', async () => {
  const { id, agentId, offerId } = await anOffer();
  const faster = await anAgent();
  await takeControl(as(faster), id);
  const before = await rowCounts(sql);

  await expect(acceptControlOffer(as(agentId), offerId)).rejects.toMatchObject({ code: 'CONFLICT' });

  expect(await rowCounts(sql)).toEqual(before);
  expect((await stateOf(id)).holder).toEqual({ kind: 'agent', id: faster });
});

test('one party is asked at a time; whoever holds it or leads may take the offer back, another bot may not', async () => {
  const { id, offerId } = await anOffer();
  const other = aScope(database, 'bot', { principal: 'key_other' });
  const next = { to: { agentId: await anAgent() }, summary: 'Or you?' };
  await expect(offerControl(scope, id, next)).rejects.toMatchObject({ code: 'CONFLICT', field: ['id'] });
  await expect(withdrawControlOffer(other, offerId)).rejects.toMatchObject({ code: 'CONTROL_HELD' });
  await expect(offerControl(other, id, next)).rejects.toMatchObject({ code: 'CONTROL_HELD' });

  await withdrawControlOffer(bot, offerId);

  await offerControl(scope, id, next);
  expect(await offersTold(id)).toEqual(['offered', 'withdrawn', 'offered']);
});

test('an agent without a free place cannot accept, and the offer stays open', async () => {
  const [id, agentId] = [await aConversation(), await anAgent(0)];
  const offerId = await offerControl(bot, id, { to: { agentId }, summary: 'Please' });

  await expect(acceptControlOffer(as(agentId), offerId)).rejects.toMatchObject({ code: 'NO_FREE_PLACE' });

  expect(await stateOf(id)).toEqual({ holder: null, assigneeId: null });
  expect((await openOffersOfConversations(scope, [id])).map((offer) => offer.id)).toEqual([offerId]);
});

test.each([
  [{ locationId: 'loc_none' }, {}, 'NOT_FOUND'],
  [{ agentId: 'agt_none' }, {}, 'NOT_FOUND'],
  [{}, {}, 'INVALID_INPUT'],
  [{ bot: 'jwt:another-bot' }, { seconds: 4 }, 'INVALID_INPUT'],
  [{ bot: 'jwt:another-bot' }, { seconds: 86_401 }, 'INVALID_INPUT'],
  [{ bot: 'jwt:another-bot' }, { summary: ' ' }, 'INVALID_INPUT'],
  [{ bot: 'jwt:another-bot' }, { expectedHolder: { kind: 'bot', id: 'key_x' } as const }, 'CONFLICT'],
])('an offer to %o with %o is refused (%s) and changes nothing', async (to, but, code) => {
  const id = await aConversation();
  const before = await rowCounts(sql);

  await expect(async () => offerControl(scope, id, { to, summary: 'x', ...but })).rejects.toMatchObject({ code });

  expect(await rowCounts(sql)).toEqual(before);
});

test('what is resolved is not accepted, and handing off and letting go look at the holder that was expected', async () => {
  const { id, agentId, offerId } = await anOffer();
  const nobody = { expectedHolder: null };
  const wrong = { to: { agentId }, summary: 'x', ...nobody };
  await expect(handOff(scope, id, wrong)).rejects.toMatchObject({ code: 'CONFLICT', field: ['expectedHolder'] });
  await expect(releaseControl(scope, id, null)).rejects.toMatchObject({ code: 'CONFLICT', field: ['expectedHolder'] });
  await resolveConversation(scope, id);

  await expect(acceptControlOffer(as(agentId), offerId)).rejects.toMatchObject({ code: 'CONVERSATION_RESOLVED' });
});
