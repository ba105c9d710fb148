import type { Sql } from '../../database/open-database.ts';

/** Something that keeps an old snapshot of the database alive: nothing that was changed since can be cleaned up behind it. */
export interface OldTransaction {
  /** Equal as long as it is the same one. */
  readonly name: string;
  /** What an operator looks for: a process id, the name of a prepared transaction, a replication slot. */
  readonly holder: string;
  /** Since it began. Null: this role may not see it, and has to count itself. */
  readonly seconds: number | null;
}

/**
 * Transactions and slots that hold a snapshot now, whoever they belong to. Of other roles' sessions Postgres shows what they hold and not since
 * when, unless ours was granted `pg_read_all_stats`.
 */
export const findOldTransactions = async (sql: Sql): Promise<OldTransaction[]> => [
  ...(await sql<OldTransaction[]>`
    select 'session ' || pid || ' ' || coalesce(backend_xid::text, '') || ' ' || coalesce(backend_xmin::text, '') as name,
      'pid ' || pid as holder, extract(epoch from clock_timestamp() - xact_start)::float8 as seconds
    from pg_stat_activity
    where (backend_xmin is not null or backend_xid is not null) and pid <> pg_backend_pid()
      and coalesce(backend_type, '') <> 'autovacuum worker'
    union all
    select 'prepared ' || gid, 'prepared ' || gid, extract(epoch from clock_timestamp() - prepared)::float8
    from pg_prepared_xacts
    union all
    select 'slot ' || slot_name || ' ' || xmin, 'slot ' || slot_name, null
    from pg_replication_slots where xmin is not null`),
];
