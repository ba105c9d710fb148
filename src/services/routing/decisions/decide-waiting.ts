import { atomically } from '../../events/atomically.ts';
import type { Scope, TransactionScope } from '../../scope.ts';
import { catchUp } from '../board/catch-up.ts';
import type { SharedBoard } from '../board/shared-board.ts';
import type { Decision } from '../core/routing-board.ts';
import { lockTasks } from '../tasks/lock-tasks.ts';
import { takePlaces } from './take-places.ts';
import { writeDecisions, type Decided } from './write-decisions.ts';

/** Decisions of one transaction: so long others wait for the lock of routing. */
const MOST_AT_ONCE = 100;

/**
 * Decides on all that waits and can be decided on, the longest waiting first: seats that are free, agents who came, steps that expired. Answers how many
 * decisions were carried out, and whether there are more to come.
 */
export function decideWaiting(scope: Scope): Promise<{ decided: number; hasMore: boolean }> {
  return atomically(scope, async (tx) => {
    const shared = await catchUp(tx);
    const board = shared.of(tx);
    const now = tx.now.getTime();
    const decisions = board.settleNews(now, { most: MOST_AT_ONCE }).filter((one) => isWritten(shared, board, one));
    const locked = await lockTasks(
      tx,
      decisions.map(({ taskId }) => taskId),
    );
    const [possible, blocked] = part(decisions, ({ taskId }) => {
      const task = locked.get(taskId);
      return task?.state === 'pending' && task.status !== 'resolved';
    });
    const given = await takePlaces(
      tx,
      shared,
      possible.flatMap(({ agentId }) => agentId ?? []),
    );
    const [carried, stale] = part(possible, ({ agentId }) => agentId === null || given.has(agentId));
    undo(tx, shared, [...blocked, ...stale]);
    const decided = carried.map((decision): Decided => ({
      task: locked.get(decision.taskId)!,
      agentId: decision.agentId,
      record: decision.record,
      actedThrough: board.taskOf(decision.taskId)!.actedThrough,
      dueAt: board.dueAtOf(decision.taskId),
    }));
    writeDecisions(tx, shared.active!.policy, decided);
    return { decided: carried.length, hasMore: board.isUnsettled };
  });
}

/** News, or a moment when something is due that the row does not know. */
const isWritten = (
  { writtenDueAt }: SharedBoard,
  board: ReturnType<SharedBoard['of']>,
  { agentId, record, acts, taskId }: Decision,
) =>
  agentId !== null ||
  record !== null ||
  acts.length > 0 ||
  board.dueAtOf(taskId) !== (writtenDueAt.get(taskId) ?? null);

function undo(tx: TransactionScope, shared: SharedBoard, decisions: readonly Decision[]): void {
  const board = shared.of(tx);
  for (const decision of [...decisions].reverse()) board.undo(decision, tx.now.getTime());
}

function part<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  const first: T[] = [];
  const second: T[] = [];
  for (const item of items) (isFirst(item) ? first : second).push(item);
  return [first, second];
}
