import type { ConversationId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { givePlaceBack } from './agent-places.ts';
import { conversationFact } from './conversation-fact.ts';
import { lockConversation } from './lock-conversation.ts';

/** Resolves an open conversation. The assignee stays named as who resolved it, and gets the place back. */
export async function resolveConversation(scope: Scope, id: string): Promise<ConversationId> {
  requireRight(scope.viewer, 'conversations:write');
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, id);
    if (conversation.status === 'resolved')
      throw new Refusal('CONVERSATION_RESOLVED', 'This conversation is resolved already.', ['id']);
    await tx.db.sql`
      update conversations set status = 'resolved', resolved_at = ${tx.now},
        control_kind = null, control_id = null, control_since = null
      where id = ${conversation.id}`;
    if (conversation.assigneeId) await givePlaceBack(tx, conversation.assigneeId);
    recordFact(tx, conversationFact(conversation, { type: 'conversation.resolved', details: { status: 'resolved' } }));
    return conversation.id;
  });
}
