import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { sharedBoardOf } from './board/shared-board.ts';
import { writtenSince } from './board/written-since.ts';
import { decideWaiting } from './decisions/decide-waiting.ts';
import { expireTasks } from './tasks/expire-tasks.ts';

/** So many transactions in a row: whoever calls comes again. */
const MOST_ROUNDS = 50;

/**
 * Brings routing up to date: what expired ends, and everything that waits and has somebody fit and free goes there. Any number of processes may do so at
 * once. Asks one statement first whether there is anything to do. Answers how many decisions were made.
 */
export async function settleRouting(scope: Scope): Promise<number> {
  requireRight(scope.viewer, 'conversations:route');
  const { isDue, isLate } = await look(scope);
  if (!isDue) return 0;
  if (isLate) while (await expireTasks(scope));
  let total = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const { decided, hasMore } = await decideWaiting(scope);
    total += decided;
    // What is left has its person locked by somebody, whose commit is told.
    if (!hasMore || decided === 0) break;
  }
  return total;
}

interface Look {
  /** Something waits or is due, and something changed since it was decided on last. */
  readonly isDue: boolean;
  /** Something ends by time, or an agent who is offline has work. */
  readonly isLate: boolean;
}

/** By index always, as the journal is read: a table of what was done long ago is not to be gone through for one row that waits. */
async function look({ db, now }: Scope): Promise<Look> {
  const { journal: sql } = db;
  const { place, board } = sharedBoardOf(db);
  const isUnsettled = board?.isUnsettled ?? true;
  const isWritten = place ? writtenSince(sql, place.snapshot) : sql`true`;
  const [row] = await sql<[Look]>`
    with late as materialized (
      select exists (select from routing_tasks where due_at <= ${now} and state in ('reserved', 'wrapping'))
        or exists (
          select from agents a join routing_tasks t on t.agent_id = a.id and t.state in ('reserved', 'assigned')
            join conversations c on c.id = t.conversation_id
          where a.presence = 'offline' and a.load > 0 and c.status = 'open') as is_late
    )
    select is_late, is_late or (
        (select id from routing_tasks where state = 'pending' order by waiting_since, id limit 1) is not null and (
          ${isUnsettled} or exists (select from routing_tasks where due_at <= ${now})
          or exists (select from routing_tasks where ${isWritten}) or exists (select from agents where ${isWritten}))) as is_due
    from late`;
  return row;
}
