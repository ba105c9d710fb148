import type { RoutingTaskId } from '../../../values/ids.ts';
import type { LockedConversation } from '../../conversations/lock-conversation.ts';
import type { TransactionScope } from '../../scope.ts';
import { catchUp } from '../board/catch-up.ts';
import type { SharedBoard } from '../board/shared-board.ts';
import type { Decision } from '../core/routing-board.ts';
import type { LockedTask } from '../tasks/lock-tasks.ts';
import { carryOut, type Outcome } from './carry-out.ts';

/**
 * Decides on tasks whose persons the caller has locked. What else waits is not passed over: it is decided in its order, and left to whoever may
 * lock the persons concerned (decide-waiting.ts). A task that an agent has is decided on as if it waited, and stays there if nobody else is found.
 * Answers in the order of the tasks.
 */
export async function decideTasks(tx: TransactionScope, tasks: readonly LockedTask[]): Promise<readonly Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  for (let open = tasks; open.length > 0;) {
    const shared = await catchUp(tx);
    const decisions = settleUntil(tx, shared, open);
    const locked = new Map(open.map((task) => [task.taskId, task]));
    const carried = await carryOut(tx, shared, decisions, { locked });
    for (const [taskId, outcome] of carried) outcomes.set(taskId, outcome);
    open = open.filter(({ taskId }) => !outcomes.has(taskId));
  }
  return tasks.map(({ taskId }) => outcomes.get(taskId)!);
}

/** The same of one, the task of a conversation that the caller has locked. */
export async function decideTask(
  tx: TransactionScope,
  conversation: LockedConversation,
  taskId: RoutingTaskId,
): Promise<Outcome> {
  const { assigneeId: agentId, channel: channelOfTask } = conversation;
  const state = agentId === null ? 'pending' : 'assigned';
  const [outcome] = await decideTasks(tx, [{ ...conversation, taskId, state, agentId, channelOfTask }]);
  return outcome!;
}

function settleUntil(tx: TransactionScope, shared: SharedBoard, tasks: readonly LockedTask[]): Decision[] {
  const board = shared.of(tx);
  const now = tx.now.getTime();
  const had = new Map(tasks.map(({ taskId }) => [taskId as string, board.reconsider(taskId, now)]));
  const decisions = board.settleNews(now, { asked: new Set(had.keys()) });
  const decided = new Map(decisions.map((decision) => [decision.taskId, decision]));
  for (const [taskId, before] of had) {
    const decision = decided.get(taskId);
    if (!decision) throw new Error(`The task ${taskId} is not on the board.`);
    // Nobody else was found: it stays where it is.
    if (before && decision.agentId === null) board.keep(before);
  }
  return decisions;
}
