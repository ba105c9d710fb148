import { beforeAll, expect, test } from 'vitest';

import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { recordSentMessage } from '../../../src/services/conversations/record-sent-message.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { sendMessage } from '../../../src/services/conversations/send-message.ts';
import { readChannelOverview } from '../../../src/services/figures/channel-overview.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { receiveMessages } from '../../../src/services/intake/receive-messages.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const admin = aScope(database);
const at = (seconds: number) => new Date(admin.now.getTime() + seconds * 1_000);
const agentAt = (seconds: number) => aScope(database, 'agent', { agentId: 'agt_x', now: at(seconds) });
const overviewAt = (seconds: number) => readChannelOverview({ ...admin, now: at(seconds) });
const DAY = 24 * 3_600;

beforeAll(async () => {
  await ensureInbox(admin, { externalId: 'mail', channel: 'email', name: 'Mail' });
  await ensureInbox(admin, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
});

const aMessage = (inbox: string, name: string, seconds: number, text = 'Hello') => ({
  inbox,
  sender: { kind: 'visitor_id' as const, value: name },
  externalId: `${name} ${seconds}`,
  text,
  occurredAt: at(seconds),
});
const waitingSince = async (id: string) =>
  (await sql<{ waitingSince: Date | null }[]>`select waiting_since from conversations where id = ${id}`)[0]!
    .waitingSince;

test('open, waiting and answered are counted by channel, with the time that the first answer took', async () => {
  const quick = await receiveMessage(admin, aMessage('mail', 'quick', 0));
  const slow = await receiveMessage(admin, aMessage('mail', 'slow', 0));
  await receiveMessage(admin, aMessage('mail', 'waiting', 30));
  await receiveMessage(admin, aMessage('chat', 'chatting', 10));
  await sendMessage(agentAt(60), quick.conversationId, 'Hi');
  await sendMessage(agentAt(120), slow.conversationId, 'Hi');
  // A second answer is no first one, and a second question waits again.
  await receiveMessage(admin, aMessage('mail', 'slow', 200));
  await sendMessage(agentAt(500), slow.conversationId, 'Hi again');
  await receiveMessage(admin, aMessage('mail', 'slow', 600));

  const overview = await overviewAt(1_000);

  expect(overview.channels).toEqual([
    {
      ...{ channel: 'email', openCount: 3, waitingCount: 2, longestWaitingSince: at(30), snoozedCount: 0 },
      ...{ answeredCount: 2, firstResponseP50Seconds: 90, firstResponseP95Seconds: 117 },
    },
    {
      ...{ channel: 'live_chat', openCount: 1, waitingCount: 1, longestWaitingSince: at(10), snoozedCount: 0 },
      ...{ answeredCount: 0, firstResponseP50Seconds: null, firstResponseP95Seconds: null },
    },
  ]);
});

test('nobody waits in a resolved conversation, and answers of the day before yesterday are not of today', async () => {
  const { conversationId } = await receiveMessage(admin, aMessage('chat', 'gone', 20));
  await resolveConversation(agentAt(40), conversationId);

  expect(await waitingSince(conversationId)).toBeNull();
  const [email] = (await overviewAt(2 * DAY)).channels;
  expect(email).toMatchObject({ channel: 'email', openCount: 3, answeredCount: 0, firstResponseP50Seconds: null });
});

test('a history that comes in bulk says who waited, and what was sent elsewhere is an answer', async () => {
  const [receipt] = await receiveMessages(admin, [
    { ...aMessage('mail', 'bulk', 5), threadId: 'bulk' },
    { ...aMessage('mail', 'bulk', 9), threadId: 'bulk' },
  ]);
  const { conversationId } = receipt!;
  expect(await waitingSince(conversationId)).toEqual(at(5));

  const sent = { conversationId, text: 'Hi', author: { kind: 'agent', id: 'a' } } as const;
  await recordSentMessage(admin, { ...sent, externalId: 'early', occurredAt: at(1) });
  expect(await waitingSince(conversationId)).toEqual(at(5));
  await recordSentMessage(admin, { ...sent, externalId: 'answer', occurredAt: at(65) });
  expect(await waitingSince(conversationId)).toBeNull();
  const [first] = await sql`select asked_at, answered_at from first_answers where conversation_id = ${conversationId}`;
  expect(first).toEqual({ askedAt: at(5), answeredAt: at(65) });
});

test('a source that was heard and then fell silent for a day is named, with when it was heard last', async () => {
  const { customerId } = await receiveMessage(admin, aMessage('chat', 'buyer', 1));
  const placed = factsOf('O-1', customerId).placed();
  await recordOrderFacts(admin, [placed]);
  expect((await overviewAt(DAY - 1)).staleSources).toEqual([]);
  expect((await overviewAt(DAY + 1)).staleSources).toEqual([{ kind: 'orders', name: 'shop', lastHeardAt: admin.now }]);

  await recordOrderFacts({ ...admin, now: at(DAY) }, [placed]);
  expect((await overviewAt(DAY + 1)).staleSources).toEqual([]);
});

test('figures are for those who lead and answer, not for bots or partners', async () => {
  for (const role of ['bot', 'partner', 'customer', 'integration'] as const)
    await expect(readChannelOverview(aScope(database, role))).rejects.toThrow('figures:read');
});
