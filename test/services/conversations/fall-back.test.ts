import fc from 'fast-check';
import { expect, test } from 'vitest';

import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { conversationsByIds } from '../../../src/services/conversations/read-conversations.ts';
import { reportDelivery } from '../../../src/services/conversations/report-delivery.ts';
import { sendMessage } from '../../../src/services/conversations/send-message.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import type { MessageId } from '../../../src/values/ids.ts';
import type { Channel } from '../../../src/values/vocabulary.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);
const after = (seconds: number) => ({ ...scope, now: new Date(scope.now.getTime() + seconds * 1_000) });
const CARRIED = ['email', 'sms', 'whatsapp', 'messenger'] as const;
for (const channel of [...CARRIED, 'live_chat', 'voice'] as const) {
  await ensureInbox(scope, { externalId: channel, channel, name: channel });
  if (channel !== 'live_chat' && channel !== 'voice')
    await sql`update inboxes set bridge_url = 'https://bridge.example/' where channel = ${channel}`;
}
let count = 0;

/** A person who wrote over these channels, the last one newest, and a message of ours on the newest. */
async function aPerson(channels: readonly Channel[], preferred: Channel | null = null) {
  const sender = { kind: 'loyalty_id', value: `L${(count += 1)}` } as const;
  let last;
  for (const [index, inbox] of channels.entries()) {
    const at = after(index);
    const externalId = `${sender.value}-${index}`;
    last = await receiveMessage(at, { inbox, sender, externalId, text: 'Hi', occurredAt: at.now });
  }
  const { conversationId, customerId } = last!;
  await sql`update customers set preferred_channel = ${preferred} where id = ${customerId}`;
  return { conversationId, customerId, messageId: await sendMessage(after(60), conversationId, 'The answer') };
}
const fail = (messageId: MessageId) =>
  reportDelivery(after(90), { messageId, state: 'failed', failure: 'channel_down', occurredAt: after(80).now });
const repeatsOf = (id: MessageId) =>
  sql<{ id: MessageId; channel: Channel; text: string; deliveryState: string; conversationId: string }[]>`
    select m.id, i.channel, m.text, m.delivery_state, m.conversation_id
    from messages m join inboxes i on i.id = m.inbox_id where m.fallback_of_id = ${id}`;

test('a message that failed goes out again over the channel that the customer prefers, in the same conversation', async () => {
  const { messageId, conversationId } = await aPerson(['whatsapp', 'email', 'sms'], 'whatsapp');

  await fail(messageId);

  const repeats = await repeatsOf(messageId);
  expect(repeats).toMatchObject([{ channel: 'whatsapp', text: 'The answer', deliveryState: 'queued', conversationId }]);
  expect((await conversationsByIds(scope, [conversationId]))[0]).toMatchObject({ channel: 'whatsapp' });
  const told = await journalOf(sql, `conversation:${conversationId}`);
  expect(told.slice(-3).map(({ type, details }) => [type, details['reason'] ?? details['messageId']])).toEqual([
    ['message.delivery_changed', 'channel_down'],
    ['conversation.channel_switched', 'fallback'],
    ['message.sent', repeats[0]!.id],
  ]);
  expect(await sql`select 1 from pgboss.job where data ->> 'messageId' = ${repeats[0]!.id}`).toHaveLength(1);
});

test('without a preference the channel used last comes next', async () => {
  const { messageId } = await aPerson(['whatsapp', 'email', 'sms']);

  await fail(messageId);

  expect(await repeatsOf(messageId)).toMatchObject([{ channel: 'email' }]);
});

test('nobody is written to in public, over a chat that nobody may watch, or where nothing carries it', async () => {
  const { messageId, customerId } = await aPerson(['live_chat', 'voice', 'email', 'sms']);
  await sql`update endpoints set is_public = true where customer_id = ${customerId} and inbox_id = (select id from inboxes where channel = 'email')`;

  await fail(messageId);

  expect(await repeatsOf(messageId)).toEqual([]);
});

test('news of yesterday is not sent again', async () => {
  const { messageId } = await aPerson(['email', 'sms']);

  await reportDelivery(after(2 * 86_400), { messageId, state: 'failed', occurredAt: after(80).now });

  expect(await repeatsOf(messageId)).toEqual([]);
});

test('each channel is tried once at most, whatever fails how often: the chain ends', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...CARRIED], { minLength: 1 }),
      fc.integer({ min: 1, max: 3 }),
      async (channels, times) => {
        const { messageId } = await aPerson(channels);
        const tried: Channel[] = [channels.at(-1)!];
        for (let id: MessageId | undefined = messageId; id;) {
          await Promise.all(Array.from({ length: times }, () => fail(id!)));
          const repeats = await repeatsOf(id);
          expect(repeats.length).toBeLessThanOrEqual(1);
          tried.push(...repeats.map(({ channel }) => channel));
          id = repeats[0]?.id;
        }
        expect(tried).toEqual(channels.toReversed());
      },
    ),
    { numRuns: 12 },
  );
});
