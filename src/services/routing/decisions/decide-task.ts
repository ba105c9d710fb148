import type { AgentId, RoutingDecisionId, RoutingTaskId } from '../../../values/ids.ts';
import { givePlaceBack } from '../../conversations/agent-places.ts';
import type { LockedConversation } from '../../conversations/lock-conversation.ts';
import type { TransactionScope } from '../../scope.ts';
import { catchUp } from '../board/catch-up.ts';
import type { SharedBoard } from '../board/shared-board.ts';
import type { DecisionRecord } from '../core/decision-record.ts';
import type { Decision } from '../core/routing-board.ts';
import type { LockedTask } from '../tasks/lock-tasks.ts';
import { takePlaces } from './take-places.ts';
import { writeDecisions } from './write-decisions.ts';

export interface Outcome {
  readonly decisionId: RoutingDecisionId;
  /** Who has it then; whoever is only asked does not. */
  readonly assigneeId: AgentId | null;
  readonly chosenId: AgentId | null;
  readonly record: DecisionRecord | null;
}

/**
 * Decides on one task, whose person the caller has locked. What else waits is not passed over: it is decided in its order, and left to whoever may
 * lock the persons concerned (decide-waiting.ts). A task that an agent has is decided on as if it waited, and stays there if nobody else is found.
 */
export async function decideTask(
  tx: TransactionScope,
  conversation: LockedConversation,
  taskId: RoutingTaskId,
): Promise<Outcome> {
  const former = conversation.assigneeId;
  for (;;) {
    const shared = await catchUp(tx);
    const decision = settleUntil(tx, shared, taskId, former);
    const { agentId } = decision;
    if (agentId !== null && agentId !== former && !(await takePlaces(tx, shared, [agentId])).has(agentId)) {
      // Somebody changed this agent meanwhile: what is true now decides.
      shared.of(tx).undo(decision, tx.now.getTime());
      continue;
    }
    if (agentId !== null && former !== null && agentId !== former) await givePlaceBack(tx, former);
    const { policy } = shared.active!;
    const board = shared.of(tx);
    const task: LockedTask = {
      ...conversation,
      taskId,
      state: former === null ? 'pending' : 'assigned',
      agentId: former,
      channelOfTask: conversation.channel,
    };
    const actedThrough = board.taskOf(taskId)!.actedThrough;
    const dueAt = board.dueAtOf(taskId);
    const [written] = writeDecisions(tx, policy, [{ task, agentId, record: decision.record, actedThrough, dueAt }]);
    return { ...written!, chosenId: agentId, record: decision.record };
  }
}

function settleUntil(
  tx: TransactionScope,
  shared: SharedBoard,
  taskId: RoutingTaskId,
  former: AgentId | null,
): Decision {
  const board = shared.of(tx);
  const now = tx.now.getTime();
  const had = board.reconsider(taskId, now);
  const decisions = board.settleNews(now, { lastTaskId: taskId });
  const own = decisions.find((decision) => decision.taskId === taskId)!;
  for (const other of [...decisions].reverse()) if (other !== own) board.undo(other, now);
  // Nobody else was found: it stays where it is.
  if (own.agentId === null && former !== null && had) board.keep(had);
  return own;
}
