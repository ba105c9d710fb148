import type { Purpose } from '../../values/consents.ts';
import { newId, type MessageId } from '../../values/ids.ts';
import { recordFact } from '../events/atomically.ts';
import { topic } from '../events/fact.ts';
import { requireLeaveToWrite } from '../privacy/leave-to-write.ts';
import type { TransactionScope } from '../scope.ts';
import { authorOf } from './author.ts';
import { conversationFact } from './conversation-fact.ts';
import type { LockedConversation } from './lock-conversation.ts';
import { queueDelivery } from './queue-delivery.ts';
import type { ReplyLeg } from './reply-leg.ts';

interface Written {
  readonly leg: ReplyLeg;
  readonly text: string;
  /** Default: to answer. */
  readonly purpose?: Purpose;
}

/**
 * Stores a message to the customer on a leg and tells of it: every message that we write goes through here. The lock is the caller's. Refused where the
 * person does not want it.
 */
export async function writeToCustomer(
  tx: TransactionScope,
  conversation: LockedConversation,
  { leg, text, purpose = 'service' }: Written,
): Promise<MessageId> {
  await requireLeaveToWrite(tx, conversation.personId, { purpose, channel: leg.channel });
  const author = authorOf(tx.viewer);
  const id = newId('message');
  await tx.db.sql`
    with answered as (
      insert into first_answers (conversation_id, channel, asked_at, answered_at)
      select id, channel, waiting_since, ${tx.now}::timestamptz from conversations
      where id = ${conversation.id} and waiting_since is not null and ${author.kind !== 'system'}
      on conflict (conversation_id) do nothing
    ), waited as (
      update waiting_spells set ended_at = ${tx.now}, is_counted = false
      where conversation_id = ${conversation.id} and ended_at is null and ${author.kind !== 'system'}
    ), woken as (
      -- Answered while it sleeps: the clock that stands still has ended.
      insert into waiting_spells (conversation_id, asked_at, began_at, ended_at)
      select id, waiting_since, ${tx.now}::timestamptz, ${tx.now}::timestamptz from conversations
      where id = ${conversation.id} and status = 'snoozed' and waiting_since is not null and ${author.kind !== 'system'}
    ), leg as (
      update legs set last_message_at = greatest(last_message_at, ${tx.now}::timestamptz) where id = ${leg.legId}
    ), conversation as (
      update conversations set last_message_at = greatest(last_message_at, ${tx.now}::timestamptz),
        waiting_since = case when ${author.kind !== 'system'} then null else waiting_since end
      where id = ${conversation.id}
    )
    insert into messages (id, conversation_id, leg_id, inbox_id, customer_id, direction, visibility, author_kind, author_id,
      text, occurred_at, received_at, recorded_at)
    values (${id}, ${conversation.id}, ${leg.legId}, ${leg.inboxId}, ${leg.customerId}, 'outbound',
      'public', ${author.kind}, ${author.id}, ${text}, ${tx.now}, ${tx.now}, ${tx.now})`;
  const topics = (await queueDelivery(tx, id, leg)) ? [topic.deliveries] : [];
  recordFact(tx, conversationFact(conversation, { type: 'message.sent', topics, details: { messageId: id } }));
  return id;
}
