import { checkText } from '../../values/check-text.ts';
import { newId, type MessageId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { AuthorKind } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { membersOf } from '../customers/person-of.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { conversationFact } from './conversation-fact.ts';
import { lockConversation, type LockedConversation } from './lock-conversation.ts';
import { LONGEST_MESSAGE } from './send-message.ts';

/** A message that somebody sent to the customer elsewhere: from another desk, or long ago. */
export interface SentMessage {
  readonly conversationId: string;
  /** The source's id of the message, unique within the inbox. */
  readonly externalId: string;
  readonly text: string;
  /** The source's clock. */
  readonly occurredAt: Date;
  readonly author: { readonly kind: Exclude<AuthorKind, 'customer'>; readonly id: string };
}

/**
 * Records that a message was sent, on the newest leg; nothing is delivered. A repeat answers the first result and changes
 * nothing, another message under the same external id is refused (EXTERNAL_ID_REUSED).
 */
export async function recordSentMessage(scope: Scope, message: SentMessage): Promise<MessageId> {
  requireRight(scope.viewer, 'messages:receive');
  checkText(message.text, ['text'], LONGEST_MESSAGE);
  checkText(message.externalId, ['externalId'], 500);
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, message.conversationId);
    const { legId, inboxId } = conversation;
    const { externalId, text, occurredAt, author } = message;
    const id = newId('message');
    const { sql } = tx.db;
    const rows = await sql`
      with message as (
        insert into messages (id, conversation_id, leg_id, inbox_id, customer_id, external_id, direction, visibility,
          author_kind, author_id, text, occurred_at, received_at, recorded_at)
        values (${id}, ${conversation.id}, ${legId}, ${inboxId},
          coalesce((select e.customer_id from endpoints e where e.id = ${conversation.endpointId}), ${conversation.customerId}), ${externalId}, 'outbound',
          'public', ${author.kind}, ${author.id}, ${text}, ${occurredAt}, ${tx.now}, ${tx.now})
        on conflict (inbox_id, external_id) do nothing
        returning conversation_id, leg_id, occurred_at
      ), answered as (
        insert into first_answers (conversation_id, channel, asked_at, answered_at)
        select c.id, c.channel, c.waiting_since, m.occurred_at from conversations c join message m on m.conversation_id = c.id
        where c.waiting_since <= m.occurred_at
        on conflict (conversation_id) do nothing
      ), waited as (
        update waiting_spells s set ended_at = m.occurred_at, is_counted = false from message m
        where s.conversation_id = m.conversation_id and s.ended_at is null and s.asked_at <= m.occurred_at
      ), leg as (
        update legs set last_message_at = greatest(last_message_at, m.occurred_at) from message m where id = m.leg_id
      )
      update conversations set last_message_at = greatest(last_message_at, m.occurred_at),
        waiting_since = case when waiting_since <= m.occurred_at then null else waiting_since end
      from message m where id = m.conversation_id
      returning id`;
    if (rows.length === 0) return earlier(tx, message, conversation);
    recordFact(tx, conversationFact(conversation, { type: 'message.sent', occurredAt, details: { messageId: id } }));
    return id;
  });
}

async function earlier(
  tx: TransactionScope,
  message: SentMessage,
  { personId, inboxId }: LockedConversation,
): Promise<MessageId> {
  const { sql } = tx.db;
  // Of the person, not of the conversation: a merge or a split may have moved it since.
  const [row] = await sql<{ id: MessageId; isSame: boolean }[]>`
    select id, direction = 'outbound' and text = ${message.text} and customer_id in ${membersOf(sql, personId)} as is_same
    from messages where inbox_id = ${inboxId} and external_id = ${message.externalId}`;
  if (row?.isSame) return row.id;
  throw new Refusal(
    'EXTERNAL_ID_REUSED',
    'This inbox has another message under this external id. Give each message an id of its own.',
    ['externalId'],
  );
}
