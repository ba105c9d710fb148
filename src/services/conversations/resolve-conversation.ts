import { checkOptionalText } from '../../values/check-text.ts';
import type { ConversationId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Outcome } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { topic } from '../events/fact.ts';
import type { Scope } from '../scope.ts';
import { givePlaceBack } from './agent-places.ts';
import { conversationFact } from './conversation-fact.ts';
import { followWaiting } from './follow-waiting.ts';
import { endTask } from './conversation-task.ts';
import { lockConversation } from './lock-conversation.ts';

/** How it went, for whoever serves the person next. What is left out stays as an earlier resolving said it. */
export interface ContactRecord {
  readonly actionsTaken?: string | null | undefined;
  readonly resolution?: string | null | undefined;
  readonly outcome?: Outcome | null | undefined;
}

const LONGEST_RECORD = 20_000;

/** Resolves an open or snoozed conversation. The assignee stays named as who resolved it, and gets the place back, after wrapping up. */
export async function resolveConversation(
  scope: Scope,
  id: string,
  record: ContactRecord = {},
  expectedVersion: number | null = null,
): Promise<ConversationId> {
  requireRight(scope.viewer, 'conversations:write');
  const actionsTaken = checkOptionalText(record.actionsTaken, ['input', 'actionsTaken'], LONGEST_RECORD);
  const resolution = checkOptionalText(record.resolution, ['input', 'resolution'], LONGEST_RECORD);
  const outcome = record.outcome ?? null;
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, id, { version: expectedVersion });
    if (conversation.status === 'resolved')
      throw new Refusal('CONVERSATION_RESOLVED', 'This conversation is resolved already.', ['id']);
    await tx.db.sql`
      update conversations set status = 'resolved', resolved_at = ${tx.now}, snoozed_until = null, waiting_since = null,
        actions_taken = coalesce(${actionsTaken}, actions_taken), resolution = coalesce(${resolution}, resolution),
        outcome = coalesce(${outcome}, outcome), control_kind = null, control_id = null, control_since = null
      where id = ${conversation.id}`;
    await followWaiting(tx, [conversation.id]);
    const isWrappedUp = await endTask(tx, conversation.id, 'done');
    if (conversation.assigneeId && !isWrappedUp) await givePlaceBack(tx, conversation.assigneeId);
    const details = { status: 'resolved', outcome: outcome ?? conversation.outcome };
    recordFact(tx, conversationFact(conversation, { type: 'conversation.resolved', topics: [topic.routing], details }));
    return conversation.id;
  });
}
