import { checkText } from '../../values/check-text.ts';
import { newId, type MessageId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { authorOf } from './author.ts';
import { conversationFact } from './conversation-fact.ts';
import { lockConversation } from './lock-conversation.ts';

export const LONGEST_MESSAGE = 100_000;

/** Stores a message to the customer on the newest leg's endpoint and tells of it. Refused on a resolved conversation. */
export async function sendMessage(scope: Scope, conversationId: string, text: string): Promise<MessageId> {
  requireRight(scope.viewer, 'messages:send');
  checkText(text, ['input', 'text'], LONGEST_MESSAGE);
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, conversationId);
    if (conversation.status === 'resolved')
      throw new Refusal('CONVERSATION_RESOLVED', 'This conversation is resolved. Reopen it, then send.', ['id']);
    const { legId } = conversation;
    if (!legId)
      throw new Refusal('NO_ENDPOINT', 'This conversation has no address of the customer to reply to.', ['id']);
    const author = authorOf(tx.viewer);
    const id = newId('message');
    await tx.db.sql`
      with leg as (
        update legs set last_message_at = greatest(last_message_at, ${tx.now}::timestamptz) where id = ${legId}
      ), conversation as (
        update conversations set last_message_at = greatest(last_message_at, ${tx.now}::timestamptz)
        where id = ${conversation.id}
      )
      insert into messages (id, conversation_id, leg_id, inbox_id, customer_id, direction, visibility, author_kind, author_id,
        text, occurred_at, received_at, recorded_at)
      values (${id}, ${conversation.id}, ${legId}, ${conversation.inboxId}, ${conversation.customerId}, 'outbound',
        'public', ${author.kind}, ${author.id}, ${text}, ${tx.now}, ${tx.now}, ${tx.now})`;
    recordFact(tx, conversationFact(conversation, { type: 'message.sent', details: { messageId: id } }));
    return id;
  });
}
