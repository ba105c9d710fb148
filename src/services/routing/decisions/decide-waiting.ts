import { atomically } from '../../events/atomically.ts';
import type { Scope } from '../../scope.ts';
import { catchUp } from '../board/catch-up.ts';
import type { SharedBoard } from '../board/shared-board.ts';
import type { Decision } from '../core/routing-board.ts';
import { lockTasks } from '../tasks/lock-tasks.ts';
import { carryOut } from './carry-out.ts';
import { takePlaces } from './take-places.ts';

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
    // In one flight: hardly ever is a person busy, whose agent then gets the place back.
    const [locked, taken] = await Promise.all([
      lockTasks(
        tx,
        decisions.map(({ taskId }) => taskId),
      ),
      takePlaces(
        tx,
        shared,
        decisions.flatMap(({ agentId }) => agentId ?? []),
      ),
    ]);
    const waiting = [...locked].filter(([, { state, status }]) => state === 'pending' && status !== 'resolved');
    const carried = await carryOut(tx, shared, decisions, { locked: new Map(waiting), taken });
    return { decided: carried.size, hasMore: board.isUnsettled };
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
