import type { AgentId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { recordFact } from '../events/atomically.ts';
import { topic } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { givePlaceBack, lockPlaces, takeHandedPlace } from './agent-places.ts';
import { conversationFact } from './conversation-fact.ts';
import { endTask, handTask } from './conversation-task.ts';
import type { LockedConversation } from './lock-conversation.ts';

/**
 * Assigns a conversation to an agent, or to nobody, and tells of it: the former agent gets the place back, the new one gives one.
 * Answers the conversation as it is then. Refused when no place is free, unless it is forced. No change is no fact.
 */
export async function setAssignee(
  tx: TransactionScope,
  conversation: LockedConversation,
  to: { agentId: AgentId; isForced?: boolean } | null,
): Promise<LockedConversation> {
  const former = conversation.assigneeId;
  const assigneeId = to?.agentId ?? null;
  if (former === assigneeId) return conversation;
  await lockPlaces(tx, [former, assigneeId]);
  // Before the place is taken: an offer to this very agent may hold it.
  await (assigneeId ? handTask(tx, conversation.id, assigneeId) : endTask(tx, conversation.id, 'dropped'));
  if (to && !(await takeHandedPlace(tx, to.agentId, to.isForced ?? false)))
    throw new Refusal(
      'NO_FREE_PLACE',
      'This agent is not at work or has no free place. Choose another one; a supervisor may insist with `force`.',
      ['agentId'],
    );
  if (former) await givePlaceBack(tx, former);
  return recordAssignee(tx, conversation, assigneeId);
}

/** Writes who is assigned and tells of it. The places are the caller's. */
export async function recordAssignee(
  tx: TransactionScope,
  conversation: LockedConversation,
  assigneeId: AgentId | null,
): Promise<LockedConversation> {
  await tx.db.sql`update conversations set assignee_id = ${assigneeId} where id = ${conversation.id}`;
  const assigned = { ...conversation, assigneeId };
  recordFact(
    tx,
    conversationFact(assigned, {
      type: assigneeId ? 'conversation.assigned' : 'conversation.unassigned',
      // A place is free: somebody may wait for it.
      topics: conversation.assigneeId ? [topic.routing] : [],
      left: { assigneeId: conversation.assigneeId },
    }),
  );
  return assigned;
}
