import type { ConversationId } from '../../../values/ids.ts';
import { withinReach } from '../../customers/person-of.ts';
import type { Scope } from '../../scope.ts';

/** Where a conversation stands that waits for an agent. */
export interface QueueFeedback {
  readonly conversationId: ConversationId;
  /** From 1. */
  readonly position: number;
  /** From `asOf` on. Null: nobody can say. */
  readonly estimatedWaitSeconds: number | null;
  readonly asOf: Date;
}

/** Where these conversations stand that wait, and were told of by now. */
export async function feedbackOfConversations(scope: Scope, ids: readonly ConversationId[]): Promise<QueueFeedback[]> {
  const { sql } = scope.db;
  return sql`
    select q.conversation_id, q.position, q.wait_seconds as estimated_wait_seconds, q.told_at as as_of
    from queue_feedback q join conversations c on c.id = q.conversation_id and ${withinReach(scope, 'conversations:read', 'c.customer_id')}
    where q.conversation_id = any (${ids as string[]}::text[])
      and exists (select from routing_tasks t where t.conversation_id = q.conversation_id and t.state = 'pending')`;
}
