import type { ConversationId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { takePlace } from './agent-places.ts';
import { conversationFact } from './conversation-fact.ts';
import { lockConversation } from './lock-conversation.ts';

/** Reopens a resolved conversation. It goes back to its agent, with control, if that one is online with a free place; else it waits unassigned. */
export async function reopenConversation(scope: Scope, id: string): Promise<ConversationId> {
  requireRight(scope.viewer, 'conversations:write');
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, id);
    if (conversation.status === 'open')
      throw new Refusal('CONVERSATION_OPEN', 'This conversation is open already.', ['id']);
    const former = conversation.assigneeId;
    const assigneeId = former && (await takePlace(tx, former)) ? former : null;
    await tx.db.sql`
      update conversations set status = 'open', resolved_at = null, assignee_id = ${assigneeId},
        control_kind = ${assigneeId && 'agent'}, control_id = ${assigneeId}, control_since = ${assigneeId && tx.now}
      where id = ${conversation.id}`;
    recordFact(
      tx,
      conversationFact(
        { ...conversation, assigneeId },
        {
          type: 'conversation.reopened',
          details: { status: 'open' },
          left: assigneeId === former ? {} : { assigneeId: former },
        },
      ),
    );
    return conversation.id;
  });
}
