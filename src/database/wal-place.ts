import type { Sql } from './sql.ts';

/** How far a server has come in the log of the database. */
export interface WalPlace {
  /** Bytes of log that it has written, or replayed. Below 2^53 for nine petabytes. */
  readonly position: number;
  /** Which history the bytes belong to: a new one begins with each promotion. */
  readonly timeline: number;
  /** The database cluster that this is a copy of. */
  readonly system: string;
  readonly isStandby: boolean;
}

/** Of the server that is written to: whatever was committed before the question lies before it. Throws at a standby. */
export async function placeOfPrimary(sql: Sql): Promise<WalPlace> {
  const [row] = await sql<{ position: number; segment: string; system: string }[]>`
    select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint as position,
      pg_walfile_name(pg_current_wal_insert_lsn()) as segment, system_identifier::text as system
    from pg_control_system()`;
  const { position, segment, system } = row!;
  return { position, system, timeline: Number.parseInt(segment.slice(0, 8), 16), isStandby: false };
}

/**
 * Of a standby, as it was when it answered: what is read on the same connection after that has at least so much. The timeline is told late after
 * a failover (with the next restart point, at most `checkpoint_timeout`), never early.
 */
export async function placeOfReplica(sql: Sql): Promise<WalPlace> {
  const [row] = await sql<WalPlace[]>`
    select coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0)::bigint as position, pg_is_in_recovery() as "isStandby",
      greatest(c.timeline_id, r.min_recovery_end_timeline) as timeline, s.system_identifier::text as system
    from pg_control_checkpoint() c, pg_control_recovery() r, pg_control_system() s`;
  return row!;
}
