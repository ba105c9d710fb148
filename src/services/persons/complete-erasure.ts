import type { CustomerId, ErasureId } from '../../values/ids.ts';
import { requireRight } from '../access/role-rights.ts';
import type { RowCounts } from '../customers/leaving-person.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { readListedErasure, type ListedErasure } from './erasure-list.ts';
import { removePerson } from './remove-person.ts';

/** What became of it. `early`: a transaction from before the erasure is still under way; come again. */
export type Completion = 'done' | 'early' | 'unknown';

interface Open {
  readonly id: ErasureId;
  readonly customerIds: readonly CustomerId[];
  readonly counts: RowCounts;
  readonly isOver: boolean;
  readonly isDone: boolean;
}

/**
 * Removes what transactions left behind that were under way when a person was erased: they had read who it is before, and wrote afterwards.
 * Those that began later find nobody. Then samples of what stood in the tables go from the statistics, and it is listed outside of the
 * database, for the day when a backup is restored. May be done again.
 */
export async function completeErasure(
  scope: Scope,
  erasureId: string,
  list: (erasure: ListedErasure) => Promise<void>,
): Promise<Completion> {
  requireRight(scope.viewer, 'erasures:write');
  const removed = await atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [erasure] = await sql<Open[]>`
      select id, customer_ids, counts, completed_at is not null as is_done,
        xid < pg_snapshot_xmin(pg_current_snapshot()) as is_over
      from erasures where id = ${erasureId} for update`;
    if (!erasure) return 'unknown';
    if (erasure.isDone) return 'done';
    if (!erasure.isOver) return 'early';
    const [personId] = erasure.customerIds;
    const { counts } = await removePerson(tx, { personId: personId!, memberIds: erasure.customerIds, identities: [] });
    const all = sumOf(erasure.counts, counts);
    await sql`update erasures set counts = ${sql.json(all)} where id = ${erasureId}`;
    return all;
  });
  if (typeof removed === 'string') return removed;
  const { sql } = scope.db;
  for (const table of Object.keys(removed)) await sql`select renew_statistics(${table})`;
  const listed = await readListedErasure(scope, erasureId);
  if (listed) await list(listed);
  await sql`update erasures set completed_at = ${scope.now} where id = ${erasureId}`;
  return 'done';
}

const sumOf = (one: RowCounts, other: RowCounts): RowCounts =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((name) => [
      name,
      (one[name] ?? 0) + (other[name] ?? 0),
    ]),
  );
