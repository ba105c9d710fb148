import { beforeAll, expect, test } from 'vitest';

import { unwatchCustomers, watchCustomers } from '../../../../src/services/activity/packet-watches.ts';
import { ensureInbox } from '../../../../src/services/conversations/ensure-inbox.ts';
import { mergeConversation } from '../../../../src/services/conversations/merge-conversation.ts';
import { recordSentMessage } from '../../../../src/services/conversations/record-sent-message.ts';
import { reopenConversation } from '../../../../src/services/conversations/reopen-conversation.ts';
import { resolveConversation } from '../../../../src/services/conversations/resolve-conversation.ts';
import { sendMessage } from '../../../../src/services/conversations/send-message.ts';
import { snoozeConversation } from '../../../../src/services/conversations/snooze-conversation.ts';
import { receiveMessage } from '../../../../src/services/intake/receive-message.ts';
import { receiveMessages } from '../../../../src/services/intake/receive-messages.ts';
import { clocksOfConversations } from '../../../../src/services/routing/clocks/read-clocks.ts';
import { watchServiceClocks } from '../../../../src/services/routing/clocks/watch-service-clocks.ts';
import type { ConversationId } from '../../../../src/values/ids.ts';
import { countStatements } from '../../../support/count-statements.ts';
import { journalOf } from '../../../support/journal.ts';
import { aScope } from '../../../support/scopes.ts';
import { withDatabase } from '../../../support/with-database.ts';

const { database, sql } = await withDatabase();
const START = Date.parse('2026-11-20T12:00:00.000Z');
const at = (seconds: number) => new Date(START + seconds * 1_000);
const then = (seconds: number) => aScope(database, 'admin', { now: at(seconds) });
const agent = (seconds: number) => aScope(database, 'supervisor', { now: at(seconds) });
let count = 0;

beforeAll(async () => {
  await ensureInbox(then(0), { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
});

const says = (seconds: number, sender = `s${(count += 1)}`, threadId: string | null = null) =>
  receiveMessage(then(seconds), {
    inbox: 'chat',
    sender: { kind: 'visitor_id', value: sender },
    externalId: `x${(count += 1)}`,
    text: 'Hello',
    occurredAt: at(seconds),
    threadId,
  });
const answers = (seconds: number, id: ConversationId) => sendMessage(agent(seconds), id, 'Hello');
const watch = (seconds: number) => watchServiceClocks(then(seconds));
const clocksOf = async (id: ConversationId, seconds: number) => clocksOfConversations(then(seconds), [id]);
const told = async (id: string) =>
  (await journalOf(sql, `conversation:${id}`))
    .filter(({ type }) => type.startsWith('conversation.sla_'))
    .map(({ type, details }) => [type, details['clock'], details['dueAt']]);

test('nobody answers: warned of a minute before, missed after five, each told once to whoever watches the customer', async () => {
  const { conversationId: id, customerId } = await says(0);

  await watch(1);
  expect(await clocksOf(id, 61)).toEqual([
    {
      ...{ conversationId: id, kind: 'first_response', state: 'running', level: 'everybody', policyVersion: 1 },
      ...{
        targetSeconds: 300,
        startedAt: at(0),
        dueAt: at(300),
        remainingSeconds: 239,
        isBreached: false,
        endedAt: null,
      },
    },
  ]);
  await watch(239);
  expect(await told(id)).toEqual([]);
  await watch(240);
  await watch(299);
  expect(await told(id)).toEqual([['conversation.sla_warned', 'first_response', at(300).toISOString()]]);
  for (const seconds of [300, 301, 4_000]) await watch(seconds);
  expect((await told(id)).slice(1)).toEqual([['conversation.sla_breached', 'first_response', at(300).toISOString()]]);
  expect((await journalOf(sql, `customer:${customerId}`)).at(-1)).toMatchObject({
    type: 'conversation.sla_breached',
    details: { conversationId: id, targetSeconds: 300, policyVersion: 1 },
  });
  expect(await clocksOf(id, 310)).toMatchObject([{ state: 'running', remainingSeconds: -10, isBreached: true }]);
});

test('while a packet is watched its clocks are counted with the message, which is all that is told', async () => {
  const sender = `w${(count += 1)}`;
  const { customerId } = await says(0, sender, 'known');
  await watch(1);
  await watchCustomers(sql, 'a process', [customerId]);
  const before = await journalOf(sql, `customer:${customerId}`);

  const { conversationId: id } = await says(20, sender, 'another');
  expect(await sql`select kind, running_since, due_at from service_clocks where conversation_id = ${id}`).toEqual([
    { kind: 'first_response', runningSince: at(20), dueAt: at(320) },
  ]);
  await watch(21);
  const types = (await journalOf(sql, `customer:${customerId}`)).slice(before.length).map(({ type }) => type);
  expect(types).toEqual(['conversation.opened', 'message.received']);
  await unwatchCustomers(sql, 'a process', 'all');
});

test('an answer ends it in the same moment, before anybody counted, and nothing is told any more', async () => {
  const { conversationId: id } = await says(0);
  await answers(120, id);

  expect(await clocksOf(id, 120)).toMatchObject([
    { state: 'ended', endedAt: at(120), remainingSeconds: null, isBreached: false },
  ]);
  await watch(121);
  await watch(900);
  expect(await told(id)).toEqual([]);
  expect(await clocksOf(id, 900)).toMatchObject([
    { state: 'ended', endedAt: at(120), dueAt: at(300), isBreached: false },
  ]);
});

test('an answer that came too late while no process looked is told all the same', async () => {
  const { conversationId: id } = await says(0);
  await answers(301, id);

  await watch(400);
  expect(await told(id)).toEqual([['conversation.sla_breached', 'first_response', at(300).toISOString()]]);
  expect(await clocksOf(id, 400)).toMatchObject([{ state: 'ended', endedAt: at(301), isBreached: true }]);
});

test('while a conversation is snoozed its clock stands still, and goes on when it wakes', async () => {
  const { conversationId: id } = await says(0);
  await watch(1);
  await snoozeConversation(agent(100), id, at(5_000));

  expect(await clocksOf(id, 2_000)).toMatchObject([
    { state: 'paused', dueAt: null, remainingSeconds: 200, isBreached: false },
  ]);
  await watch(2_000);
  await reopenConversation(agent(3_000), id);
  expect(await clocksOf(id, 3_050)).toMatchObject([{ state: 'running', dueAt: at(3_200), remainingSeconds: 150 }]);
  await watch(3_140);
  expect(await told(id)).toMatchObject([['conversation.sla_warned', 'first_response', at(3_200).toISOString()]]);
});

test('who is answered while it is snoozed does not wait any more', async () => {
  const { conversationId: id } = await says(0);
  await snoozeConversation(agent(100), id, at(5_000));
  await answers(200, id);

  await watch(201);
  expect(await clocksOf(id, 300)).toMatchObject([{ state: 'ended', endedAt: at(200), isBreached: false }]);
});

test('a resolution ends what ran, and a merge leaves one clock to the survivor', async () => {
  const sender = `m${(count += 1)}`;
  const { conversationId: one } = await says(0, sender, 'thread-1');
  const { conversationId: other } = await says(60, sender, 'thread-2');
  await mergeConversation(agent(70), other, one);
  await watch(71);

  expect(await clocksOf(other, 80)).toMatchObject([{ state: 'ended', endedAt: at(70) }]);
  expect(await clocksOf(one, 80)).toMatchObject([{ state: 'running', dueAt: at(300) }]);
  await resolveConversation(agent(90), one);
  expect(await clocksOf(one, 95)).toMatchObject([{ state: 'ended', endedAt: at(90), isBreached: false }]);
  await watch(1_000);
  expect([...(await told(one)), ...(await told(other))]).toEqual([]);
});

test('messages that come in batches start clocks, and history starts none', async () => {
  const message = (seconds: number, sender: string) => ({
    ...{ inbox: 'chat', sender: { kind: 'visitor_id' as const, value: sender }, text: 'Hello' },
    ...{ externalId: `x${(count += 1)}`, occurredAt: at(seconds), threadId: sender },
  });
  const receipts = await receiveMessages(then(0), [message(-100, 'b1'), message(-86_401, 'b2'), message(-50, 'b1')]);
  const [now, long] = receipts.map((receipt) => (receipt as { conversationId: ConversationId }).conversationId);

  expect(await clocksOf(now!, 0)).toMatchObject([{ startedAt: at(-100), dueAt: at(200), remainingSeconds: 200 }]);
  expect(await clocksOf(long!, 0)).toEqual([]);
  const { conversationId: single } = await says(-86_401 + 0.001);
  expect(await clocksOf(single, 0)).toHaveLength(1);
});

test('an answer that was sent elsewhere counts by its own clock', async () => {
  const { conversationId: id } = await says(0);
  const author = { kind: 'agent' as const, id: 'elsewhere' };
  await recordSentMessage(then(200), {
    conversationId: id,
    externalId: `e${id}`,
    text: 'Hi',
    occurredAt: at(30),
    author,
  });

  expect(await clocksOf(id, 200)).toMatchObject([{ state: 'ended', endedAt: at(30) }]);
});

test('many processes tell of each target once, whoever comes first, beside people who answer', async () => {
  const ids: ConversationId[] = [];
  for (let n = 0; n < 40; n += 1) ids.push((await says(n / 10)).conversationId);
  const answered = ids.filter((_, place) => place % 4 === 0);

  await Promise.all([
    ...[240, 241, 242, 243].map((seconds) => watch(seconds)),
    ...answered.map((id) => answers(244, id)),
  ]);
  await watch(250);
  await Promise.all([1, 2, 3, 4].map(() => watch(600)));

  for (const id of ids) {
    const types = (await told(id)).map(([type]) => type);
    const breaches = types.filter((type) => type === 'conversation.sla_breached').length;
    expect(breaches, id).toBe(answered.includes(id) ? 0 : 1);
    expect(types.length - breaches, id).toBeLessThanOrEqual(1);
    if (!answered.includes(id)) expect(types).toEqual(['conversation.sla_warned', 'conversation.sla_breached']);
  }
});

test('where nothing is due, a second costs two looks, and what is counted leaves no rows', async () => {
  const counted = countStatements(database);
  const scope = { ...then(5_000), db: counted.database };
  await watchServiceClocks(scope);
  const before = counted.count();
  await watchServiceClocks(scope);
  expect(counted.count() - before).toBe(2);
  const [spells] = await sql<
    { count: number }[]
  >`select count(*)::int as count from waiting_spells where ended_at is not null`;
  expect(spells!.count).toBe(0);
});
