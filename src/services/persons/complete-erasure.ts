import type { CustomerId } from '../../values/ids.ts';
import { requireRight } from '../access/role-rights.ts';
import { sumOfCounts, type RowCounts } from '../customers/leaving-person.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { readListedErasure, type ListedErasure } from './erasure-list.ts';
import { removePerson, type Rest } from './remove-person.ts';

/** What became of it. `early`: a transaction from before the erasure is still under way; come again. */
export type Completion = 'done' | 'early' | 'unknown';

interface Open {
  readonly customerIds: readonly CustomerId[];
  readonly counts: RowCounts;
  readonly isOver: boolean;
  readonly isDone: boolean;
}

interface Step {
  /** Every transaction from before the erasure had ended. */
  readonly isOver: boolean;
  /** Rows of the whole erasure until now. */
  readonly counts: RowCounts;
  readonly rest: Rest | null;
}

/**
 * Removes what an erasure did not get to, a transaction at a time, and what transactions left behind that were under way then: they had read who it is
 * before, and wrote afterwards. Those that began later find nobody. Then samples of what stood in the tables go from the statistics, and it is
 * listed outside of the database, for the day when a backup is restored. May be done again: whoever was killed at it left less to do.
 */
export async function completeErasure(
  scope: Scope,
  erasureId: string,
  list: (erasure: ListedErasure) => Promise<void>,
): Promise<Completion> {
  requireRight(scope.viewer, 'erasures:write');
  const first = await removeSome(scope, erasureId);
  if (typeof first === 'string') return first;
  let last = first;
  while (last.rest) {
    const next = await removeSome(scope, erasureId, last.rest);
    if (typeof next === 'string') return next;
    last = next;
  }
  // What was left behind later than this began is found the next time.
  if (!first.isOver) return 'early';
  const { sql } = scope.db;
  for (const table of Object.keys(last.counts)) await sql`select renew_statistics(${table})`;
  const listed = await readListedErasure(scope, erasureId);
  if (listed) await list(listed);
  await sql`update erasures set completed_at = ${scope.now} where id = ${erasureId}`;
  return 'done';
}

async function removeSome(scope: Scope, erasureId: string, rest?: Rest): Promise<Step | 'done' | 'unknown'> {
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [erasure] = await sql<Open[]>`
      select customer_ids, counts, completed_at is not null as is_done,
        xid < pg_snapshot_xmin(pg_current_snapshot()) as is_over
      from erasures where id = ${erasureId} for update`;
    if (!erasure) return 'unknown';
    if (erasure.isDone) return 'done';
    const { customerIds, isOver } = erasure;
    const person = { personId: customerIds[0]!, memberIds: customerIds, identities: [] };
    const removed = await removePerson(tx, person, rest);
    const counts = sumOfCounts(erasure.counts, removed.counts);
    await sql`update erasures set counts = ${sql.json(counts)} where id = ${erasureId}`;
    return { isOver, counts, rest: removed.rest };
  });
}
