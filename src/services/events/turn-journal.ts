import type { Sql } from '../../database/open-database.ts';
import { isLockTimeout } from '../is-lock-timeout.ts';

export interface TurnOptions {
  /** A new slice begins when the newest one began before this moment. */
  readonly begunBefore: Date;
  /** Of slices whose partitions were made before this moment: whoever began a statement earlier does not know them. */
  readonly preparedBefore: Date;
  /** Slices that ended before this moment are dropped. */
  readonly endedBefore: Date;
}

export interface Turned {
  readonly dropped: readonly number[];
  /** True when a lock was not to be had at once: the rest is for the next time. */
  readonly isHeldUp: boolean;
}

/**
 * Turns the journal: begins the slice that is due, makes the next one, drops those whose time is over. Each step is a transaction of its
 * own, any number of processes may do this at once, and a step that was lost is done the next time. No step waits for readers: a drop
 * asks for its lock for a tenth of a second and otherwise leaves the slice for the next time.
 */
export async function turnJournal(sql: Sql, options: TurnOptions): Promise<Turned> {
  const dropped: number[] = [];
  try {
    await sql`select journal_begin_slice(${options.preparedBefore}, ${options.begunBefore})`;
    await markSlices(sql);
    await sql`select journal_prepare_slice()`;
    for (;;) {
      const [row] = await sql<{ slice: number | null }[]>`
        select journal_drop_slice(${options.endedBefore}) as slice`;
      if (row!.slice === null) return { dropped, isHeldUp: false };
      dropped.push(row!.slice);
    }
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    return { dropped, isHeldUp: true };
  }
}

/**
 * Notes of slices that have begun from which transaction on events lie in them. A position is drawn after its transaction has its number
 * (append-events.ts), and this transaction gets its own after the slice has begun, because it sees that it has: so no later one draws an older position.
 */
async function markSlices(sql: Sql): Promise<void> {
  await sql`update journal_slices set from_xid = pg_current_xact_id() where started_at is not null and from_xid is null`;
}
