import type { ConversationId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { conversationFact } from './conversation-fact.ts';
import { followWaiting } from './follow-waiting.ts';
import { lockConversation } from './lock-conversation.ts';

const LONGEST_SLEEP_MS = 366 * 86_400_000;

/**
 * Lets a conversation sleep until a moment, the customer's next message, or somebody reopens it. It stays with its agent and keeps
 * the place there, so that it certainly comes back to who knows it. Snoozing again moves the moment.
 */
export async function snoozeConversation(scope: Scope, id: string, until: Date): Promise<ConversationId> {
  requireRight(scope.viewer, 'conversations:write');
  const sleepMs = until.getTime() - scope.now.getTime();
  if (!(sleepMs > 0 && sleepMs <= LONGEST_SLEEP_MS))
    throw new Refusal('INVALID_INPUT', '`until` must lie ahead, 366 days at most.', ['until']);
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, id);
    if (conversation.status === 'resolved')
      throw new Refusal('CONVERSATION_RESOLVED', 'This conversation is resolved. Reopen it, then snooze.', ['id']);
    if (conversation.snoozedUntil?.getTime() === until.getTime()) return conversation.id;
    await tx.db.sql`
      update conversations set status = 'snoozed', snoozed_until = ${until} where id = ${conversation.id}`;
    await followWaiting(tx, [conversation.id]);
    const details = { status: 'snoozed', snoozedUntil: until.toISOString() };
    recordFact(tx, conversationFact(conversation, { type: 'conversation.snoozed', details }));
    return conversation.id;
  });
}
