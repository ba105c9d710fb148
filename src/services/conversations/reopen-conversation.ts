import type { ConversationId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { ReopenReason } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { takePlace } from './agent-places.ts';
import { conversationFact } from './conversation-fact.ts';
import { followWaiting } from './follow-waiting.ts';
import { keptResolution } from './kept-resolution.ts';
import { lockConversation, type LockedConversation } from './lock-conversation.ts';

/**
 * Reopens a resolved or snoozed conversation. A resolved one goes back to its agent, with control, if that one is online with a free
 * place, else it waits unassigned; a snoozed one never left its agent and whoever holds control.
 */
export async function reopenConversation(scope: Scope, id: string): Promise<ConversationId> {
  requireRight(scope.viewer, 'conversations:write');
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, id);
    if (conversation.status === 'open')
      throw new Refusal('CONVERSATION_OPEN', 'This conversation is open already.', ['id']);
    if (conversation.status === 'snoozed') await wake(tx, conversation, 'act');
    else await reopen(tx, conversation);
    return conversation.id;
  });
}

/** Opens a snoozed conversation, under its lock, and tells why. */
export async function wake(
  tx: TransactionScope,
  conversation: LockedConversation,
  reason: ReopenReason,
): Promise<void> {
  await tx.db.sql`update conversations set status = 'open', snoozed_until = null where id = ${conversation.id}`;
  await followWaiting(tx, [conversation.id], tx.now);
  const details = { status: 'open', reason };
  recordFact(tx, conversationFact(conversation, { type: 'conversation.reopened', details }));
}

async function reopen(tx: TransactionScope, conversation: LockedConversation): Promise<void> {
  const former = conversation.assigneeId;
  const assigneeId = former && (await takePlace(tx, former)) ? former : null;
  await tx.db.sql`
    with ${keptResolution(tx.db.sql, tx.db.sql`select ${conversation.id} as id, ${tx.now}::timestamptz as reopened_at`)}
    update conversations set status = 'open', resolved_at = null, assignee_id = ${assigneeId},
      control_kind = ${assigneeId && 'agent'}, control_id = ${assigneeId}, control_since = ${assigneeId && tx.now}
    where id = ${conversation.id}`;
  recordFact(
    tx,
    conversationFact(
      { ...conversation, assigneeId },
      {
        type: 'conversation.reopened',
        details: { status: 'open', reason: 'act' },
        left: assigneeId === former ? {} : { assigneeId: former },
      },
    ),
  );
}
