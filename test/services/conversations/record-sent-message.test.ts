import { expect, test } from 'vitest';

import { ensureInbox } from '../../../src/services/conversations/ensure-inbox.ts';
import { recordSentMessage } from '../../../src/services/conversations/record-sent-message.ts';
import { receiveMessage } from '../../../src/services/intake/receive-message.ts';
import { AccessDenied } from '../../../src/values/access-denied.ts';
import { journalOf, rowCounts } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'integration');
const at = (minute: number) => new Date(Date.UTC(2024, 4, 15, 10, minute));

await ensureInbox(scope, { externalId: 'chat', channel: 'live_chat', name: 'Chat' });
let count = 0;
async function aConversation() {
  const n = (count += 1);
  const { conversationId } = await receiveMessage(scope, {
    inbox: 'chat',
    sender: { kind: 'visitor_id', value: `visitor-${n}` },
    externalId: `question-${n}`,
    text: 'Where is my parcel?',
    occurredAt: at(0),
  });
  return {
    conversationId,
    externalId: `answer-${n}`,
    text: 'On its way.',
    occurredAt: at(1),
    author: { kind: 'bot', id: 'old-bot' },
  } as const;
}

test('a message sent elsewhere stands on the leg with its own clock and is told', async () => {
  const message = await aConversation();

  const id = await recordSentMessage(scope, message);

  const [row] = await sql`
    select m.direction, m.visibility, m.author_kind, m.author_id, m.text, m.occurred_at, m.received_at, c.last_message_at, l.last_message_at as leg_at
    from messages m join conversations c on c.id = m.conversation_id join legs l on l.id = m.leg_id where m.id = ${id}`;
  expect(row).toEqual({
    direction: 'outbound',
    visibility: 'public',
    authorKind: 'bot',
    authorId: 'old-bot',
    text: 'On its way.',
    occurredAt: at(1),
    receivedAt: scope.now,
    lastMessageAt: at(1),
    legAt: at(1),
  });
  const told = (await journalOf(sql)).at(-1)!;
  expect(told).toMatchObject({
    type: 'message.sent',
    details: { messageId: id, conversationId: message.conversationId },
  });
});

test('recorded again it answers the first id and changes nothing', async () => {
  const message = await aConversation();
  const id = await recordSentMessage(scope, message);
  const before = await rowCounts(sql);

  expect(await recordSentMessage(scope, message)).toBe(id);
  expect(await rowCounts(sql)).toEqual(before);
});

test('another message under the same external id, an empty one, and one for nobody are refused; nothing is stored', async () => {
  const message = await aConversation();
  await recordSentMessage(scope, message);
  const before = await rowCounts(sql);
  const refused = [
    { but: { text: 'Something else.' }, code: 'EXTERNAL_ID_REUSED', field: ['externalId'] },
    { but: { externalId: `question-${count}` }, code: 'EXTERNAL_ID_REUSED', field: ['externalId'] },
    { but: { externalId: 'new', text: ' ' }, code: 'INVALID_INPUT', field: ['text'] },
    { but: { externalId: '' }, code: 'INVALID_INPUT', field: ['externalId'] },
    { but: { conversationId: 'cnv_nobody' }, code: 'NOT_FOUND', field: ['id'] },
  ];

  for (const { but, code, field } of refused)
    await expect(recordSentMessage(scope, { ...message, ...but })).rejects.toMatchObject({ code, field });
  await expect(recordSentMessage(aScope(database, 'agent'), message)).rejects.toBeInstanceOf(AccessDenied);

  expect(await rowCounts(sql)).toEqual(before);
});
