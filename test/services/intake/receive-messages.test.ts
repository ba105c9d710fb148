import { expect, test } from 'vitest';

import type { Database, Sql } from '../../../src/database/open-database.ts';
import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { resolveConversation } from '../../../src/services/conversations/resolve-conversation.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { MOST_MESSAGES, receiveMessages, type ThreadMessage } from '../../../src/services/intake/receive-messages.ts';
import type { Scope } from '../../../src/services/scope.ts';
import { journalOf, rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const together = await withDatabase();
const apart = await withDatabase();
const scope = aScope(together.database, 'integration');

for (const { database } of [together, apart])
  for (const [externalId, channel] of [
    ['chat', 'live_chat'],
    ['sms', 'sms'],
  ] as const)
    await ensureInbox(aScope(database, 'integration'), { externalId, channel, name: externalId, market: 'FI' });

const START = Date.parse('2026-11-01T10:00:00.000Z');
let count = 0;
function aMessage(but: Partial<ThreadMessage> = {}): ThreadMessage {
  const n = (count += 1);
  return {
    inbox: 'chat',
    sender: { kind: 'visitor_id', value: `visitor-${n}` },
    externalId: `message-${n}`,
    text: `Where is my parcel ${n}? I have been waiting for it since Monday.`,
    occurredAt: new Date(START + n * 1_000),
    threadId: `thread-${n}`,
    ...but,
  };
}

/** Conversations with everything in them, without ids: equal for equal histories. */
const conversationsOf = (sql: Sql) => sql`
  select c.thread_key, c.subject, c.topic, c.language, c.status, c.channel, c.opened_at, c.last_message_at,
    (select jsonb_agg(jsonb_build_object('at', e.address, 'inbox', b.external_id, 'from', l.started_at, 'to', l.last_message_at)
      order by b.external_id, e.address)
      from legs l join endpoints e on e.id = l.endpoint_id join inboxes b on b.id = e.inbox_id
      where l.conversation_id = c.id) as legs,
    (select jsonb_agg(jsonb_build_object('id', m.external_id, 'text', regexp_replace(m.text, 'c-[0-9a-z]{6}', 'c-…'), 'occurred', m.occurred_at, 'received', m.received_at,
      'author', m.author_kind, 'own', m.author_id = m.customer_id, 'direction', m.direction) order by m.occurred_at, m.external_id)
      from messages m where m.conversation_id = c.id) as messages
  from conversations c order by c.thread_key`;

const identitiesOf = (sql: Sql) =>
  sql`select kind, value, normalized, source, first_seen_at, last_seen_at from identities order by kind, normalized`;

/** A history with everything that may happen to a thread; `hand` hands in a part of it. */
async function aHistory(database: Database, hand: (scope: Scope, messages: ThreadMessage[]) => Promise<unknown>) {
  count = 0;
  const by = (name: string, but: Partial<ThreadMessage> = {}) =>
    aMessage({
      sender: { kind: 'visitor_id', value: name, displayName: `Name of ${name}` },
      threadId: `t-${name}`,
      ...but,
    });
  const integration = aScope(database, 'integration');
  const first = [by('ann'), by('bob', { subject: 'A tent' }), by('ann', { text: 'ok' }), by('cid', { text: 'hm' })];
  await hand(integration, first);
  const rows = await database.sql<{ id: string; threadKey: string; reference: string }[]>`
    select id, thread_key, reference from conversations`;
  const named = (key: string) => rows.find(({ threadKey }) => threadKey === key)!;
  await resolveConversation(aScope(database, 'agent'), named('t-bob').id);
  await hand(integration, [
    by('bob', {
      text: 'It is still not here, please send the parcel again.',
      occurredAt: new Date(START + 2 * 86_400_000),
    }),
    by('ann', { occurredAt: new Date(START - 60_000) }),
    first[0]!,
    by('cid', { text: 'Now I say in which language I write to you.', language: 'fi' }),
    by('ann', { threadId: 't-ann-2', text: `As I said in ${named('t-ann').reference.toLowerCase()}.` }),
    by('ann', { threadId: 't-ann-2', text: 'And another thing in another thread.' }),
    by('ann', { threadId: 't-ann-2' }),
    aMessage({ inbox: 'sms', sender: { kind: 'phone', value: '040 1234567' }, threadId: 't-phone' }),
    aMessage({ inbox: 'sms', sender: { kind: 'phone', value: '+358 40 123 4567' }, threadId: 't-phone' }),
  ]);
}

test('many messages at once end as the same messages one after the other, in rows and in the journal', async () => {
  await aHistory(together.database, receiveMessages);
  await aHistory(apart.database, async (each, messages) => {
    for (const message of messages) await receiveMessage(each, message);
  });

  expect(await conversationsOf(together.sql)).toEqual(await conversationsOf(apart.sql));
  expect(await identitiesOf(together.sql)).toEqual(await identitiesOf(apart.sql));
  expect(await rowCounts(together.sql)).toEqual(await rowCounts(apart.sql));
  const told = async (sql: Sql, type: string) =>
    (await journalOf(sql))
      .filter((fact) => fact.type === type)
      .map(({ details, versions }) => ({
        versions: type === 'message.received' ? versions : null,
        joinedBy: details['joinedBy'],
        channel: details['channel'],
        left: Array.isArray(details['left']),
      }));
  for (const type of ['message.received', 'conversation.opened', 'conversation.reopened', 'customer.created'])
    expect(await told(together.sql, type)).toEqual(await told(apart.sql, type));
});

test('handed in again they answer the first receipts and change nothing', async () => {
  const messages = [aMessage(), aMessage(), aMessage()];
  const first = await receiveMessages(scope, messages);
  const before = await rowCounts(together.sql);

  const again = await receiveMessages(scope, [...messages, messages[0]!]);

  expect(again.map(({ messageId }) => messageId)).toEqual([...first, first[0]!].map(({ messageId }) => messageId));
  expect(again.every(({ isRedelivery }) => isRedelivery)).toBe(true);
  expect(await rowCounts(together.sql)).toEqual(before);
});

test('one that is refused is named, and then none of them is taken', async () => {
  const twin = aMessage();
  const before = await rowCounts(together.sql);
  const refused = [
    { messages: [aMessage(), aMessage({ text: ' ' })], code: 'INVALID_INPUT', field: ['messages', '1', 'text'] },
    { messages: [aMessage({ inbox: 'nowhere' })], code: 'NOT_FOUND', field: ['messages', '0', 'inbox'] },
    { messages: [aMessage(), aMessage({ threadId: '' })], code: 'INVALID_INPUT', field: ['messages', '1', 'threadId'] },
    {
      messages: [twin, { ...twin, text: 'Something else' }],
      code: 'EXTERNAL_ID_REUSED',
      field: ['messages', '1', 'externalId'],
    },
    { messages: Array.from({ length: MOST_MESSAGES + 1 }, () => twin), code: 'INVALID_INPUT', field: ['messages'] },
  ];

  for (const { messages, code, field } of refused)
    await expect(receiveMessages(scope, messages)).rejects.toMatchObject({ code, field });

  expect(await rowCounts(together.sql)).toEqual(before);
});

test('the same new faces in several batches at once end as one customer each', async () => {
  const messages = Array.from({ length: 40 }, () => aMessage());
  const more = messages.map((message) => ({
    ...message,
    externalId: `${message.externalId}-b`,
    threadId: message.threadId,
  }));

  await Promise.all([receiveMessages(scope, messages), receiveMessages(scope, more.toReversed())]);

  const [row] = await together.sql`
    select count(distinct m.customer_id)::int as customers, count(distinct m.conversation_id)::int as conversations, count(*)::int as messages
    from messages m where m.external_id = any (${[...messages, ...more].map(({ externalId }) => externalId)})`;
  expect(row).toEqual({ customers: 40, conversations: 40, messages: 80 });
});
