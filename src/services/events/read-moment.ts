import type { JournalEvent } from './read-events.ts';
import { sees, type Snapshot } from './snapshot.ts';

/** When a statement read. */
export interface ReadMoment {
  readonly snapshot: Snapshot;
  /** Just before the snapshot, by the clock that events are recorded by. In milliseconds since 1970. */
  readonly atMs: number;
}

/** Columns of a statement that is to say when it read. */
export const READ_MOMENT = `
  (select pg_current_snapshot()::text) as snapshot, (extract(epoch from statement_timestamp()) * 1000)::float8 as at_ms`;

/**
 * True when what was read then has the event. The clock is asked too: after a crash PostgreSQL may give the number of a transaction that left
 * nothing behind to another one, which the snapshot then seems to have seen. In doubt it has it not.
 */
export function hasRead({ snapshot, atMs }: ReadMoment, { xid, recordedAtMs }: JournalEvent): boolean {
  return recordedAtMs <= atMs && sees(snapshot, xid);
}
