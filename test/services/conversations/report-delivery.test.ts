import { beforeAll, expect, test } from 'vitest';

import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { deliveriesOfMessages } from '../../../src/services/conversations/read-deliveries.ts';
import { messagesByIds } from '../../../src/services/conversations/read-messages.ts';
import { recordSentMessage } from '../../../src/services/conversations/record-sent-message.ts';
import { reportDelivery } from '../../../src/services/conversations/report-delivery.ts';
import { sendMessage } from '../../../src/services/conversations/send-message.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import type { Scope } from '../../../src/services/scope.ts';
import type { MessageId } from '../../../src/values/ids.ts';
import { journalOf, rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const at = (seconds: number) => new Date(scope.now.getTime() + seconds * 1_000);
const integration = aScope(database, 'integration', { now: at(100) });
let inboxes: Record<'sms' | 'chat', string>;
let count = 0;

beforeAll(async () => {
  const sms = await ensureInbox(scope, { externalId: 'sms', channel: 'sms', name: 'SMS' });
  const chat = await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
  inboxes = { sms: sms.id, chat: chat.id };
});

async function aSentMessage(inbox: 'sms' | 'chat') {
  const value = `v${(count += 1)}`;
  const sender = { kind: 'visitor_id', value } as const;
  const received = await receiveMessage(scope, { inbox, sender, externalId: value, text: 'Hi', occurredAt: scope.now });
  return { ...received, messageId: await sendMessage(scope, received.conversationId, 'An answer') };
}
const deliveryOf = async (id: MessageId, reader: Scope = scope) => (await deliveriesOfMessages(reader, [id]))[0];
const lastTold = async (id: string) => (await journalOf(sql, `conversation:${id}`)).at(-1)!;

test('a message is queued where somebody has to carry it, and sent at once where the customer watches', async () => {
  const bySms = await aSentMessage('sms');
  const inChat = await aSentMessage('chat');

  expect(await deliveryOf(bySms.messageId)).toMatchObject({
    state: 'queued',
    channel: 'sms',
    attemptCount: 0,
    nextAttemptAt: null,
    queuedAt: scope.now,
    sentAt: null,
  });
  expect(await deliveryOf(inChat.messageId)).toMatchObject({ state: 'sent', sentAt: scope.now });
  expect((await messagesByIds(scope, [bySms.messageId]))[0]!.deliveryState).toBe('queued');
});

test('a report is stored and told to the person and the conversation, without the words of the channel', async () => {
  const { messageId, conversationId, customerId } = await aSentMessage('sms');

  await reportDelivery(integration, {
    messageId,
    state: 'failed',
    failure: 'address_rejected',
    failureText: 'no such number +358401234567',
    occurredAt: at(5),
  });

  expect(await deliveryOf(messageId)).toMatchObject({
    state: 'failed',
    failure: 'address_rejected',
    failureText: 'no such number +358401234567',
    failedAt: at(5),
  });
  expect((await messagesByIds(scope, [messageId]))[0]!.deliveryState).toBe('failed');
  const told = await lastTold(conversationId);
  expect(told).toMatchObject({
    type: 'message.delivery_changed',
    streams: [`customer:${customerId}`, `conversation:${conversationId}`],
    details: { messageId, state: 'failed', reason: 'address_rejected', deliveryChannel: 'sms' },
  });
  expect(JSON.stringify(told)).not.toContain('358401234567');
});

test('a repeat of a report changes nothing and tells nobody', async () => {
  const { messageId } = await aSentMessage('sms');
  await reportDelivery(integration, { messageId, state: 'delivered', occurredAt: at(5) });
  const before = { rows: await rowCounts(sql), delivery: await deliveryOf(messageId) };

  await reportDelivery(integration, { messageId, state: 'delivered', occurredAt: at(6) });

  expect({ rows: await rowCounts(sql), delivery: await deliveryOf(messageId) }).toEqual(before);
});

test('a clock that runs ahead counts as now', async () => {
  const { messageId } = await aSentMessage('sms');

  await reportDelivery(integration, { messageId, state: 'sent', occurredAt: new Date('2999-01-01') });

  expect((await deliveryOf(messageId))!.sentAt).toEqual(integration.now);
});

test('an inbox speaks of its own messages only, by our id or by its own', async () => {
  const { messageId } = await aSentMessage('sms');
  await sql`update deliveries set provider_id = 'SM-1' where message_id = ${messageId}`;
  const read = { state: 'read', occurredAt: at(7) } as const;
  const foreign = { inboxId: inboxes.chat, ...read };

  await expect(reportDelivery(integration, { ...foreign, messageId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(reportDelivery(integration, { ...foreign, externalId: 'SM-1' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(reportDelivery(integration, { externalId: 'SM-1', ...read })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect((await deliveryOf(messageId))!.state).toBe('queued');

  expect(await reportDelivery(integration, { inboxId: inboxes.sms, externalId: 'SM-1', ...read })).toBe(messageId);
  expect((await deliveryOf(messageId))!.state).toBe('read');
});

test('a message that another system sent has a delivery from its first report on', async () => {
  const { conversationId } = await aSentMessage('sms');
  const author = { kind: 'agent', id: 'desk' } as const;
  const sent = { conversationId, externalId: 'desk-9', text: 'From the desk', occurredAt: at(1), author };
  const id = await recordSentMessage(scope, sent);
  expect(await deliveryOf(id)).toBeNull();

  await reportDelivery(integration, {
    inboxId: inboxes.sms,
    externalId: 'desk-9',
    state: 'delivered',
    occurredAt: at(3),
  });

  expect(await deliveryOf(id)).toMatchObject({ state: 'delivered', queuedAt: at(1), deliveredAt: at(3) });
});

test('a customer reports of their own conversations, and only what their device can know', async () => {
  const { messageId, customerId } = await aSentMessage('chat');
  const other = await aSentMessage('chat');
  const customer = aScope(database, 'customer', { customerId, now: at(100) });
  const read = { state: 'read', occurredAt: at(8) } as const;

  await expect(reportDelivery(customer, { messageId: other.messageId, ...read })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(reportDelivery(customer, { messageId, state: 'failed', occurredAt: at(8) })).rejects.toMatchObject({
    code: 'NOT_ALLOWED',
  });
  expect((await deliveryOf(other.messageId))!.state).toBe('sent');

  await reportDelivery(customer, { messageId, ...read });
  expect(await deliveryOf(messageId, customer)).toMatchObject({ state: 'read', readAt: at(8) });
});

test.each([
  ['a note’s or nobody’s id', { messageId: 'msg_none', state: 'sent' }, 'NOT_FOUND'],
  ['a state that nobody can report', { state: 'queued' }, 'INVALID_INPUT'],
  ['a reason of a success', { state: 'read', failure: 'rejected' }, 'INVALID_INPUT'],
  ['a reason that is ours alone', { state: 'failed', failure: 'withdrawn' }, 'INVALID_INPUT'],
  ['a reason that is a novel', { state: 'failed', failureText: 'x'.repeat(1_001) }, 'INVALID_INPUT'],
  ['a reason that no database stores', { state: 'failed', failureText: 'a\0b' }, 'INVALID_INPUT'],
] as const)('%s is refused and changes nothing', async (_, report, code) => {
  const { messageId } = await aSentMessage('sms');
  const before = await rowCounts(sql);

  const refused = reportDelivery(integration, { messageId, occurredAt: at(1), ...report });

  await expect(refused).rejects.toMatchObject({ code });
  expect(await rowCounts(sql)).toEqual(before);
  expect((await deliveryOf(messageId))!.state).toBe('queued');
});
