import type { Sql } from '../../database/open-database.ts';

const BATCH = 5_000;

/**
 * Removes a batch of events recorded before a moment, oldest first, and notes how far the journal reaches back now, so that an older
 * cursor is told it expired. Returns how many went; fewer than a batch means that nothing older is left.
 */
export async function forgetEvents(sql: Sql, before: Date): Promise<{ removed: number; isDone: boolean }> {
  const [row] = await sql<{ removed: number }[]>`
    with old as (
      select position, xid, streams, versions from events where recorded_at < ${before} order by position limit ${BATCH}
    ), gone as (
      delete from events e using old where e.position = old.position returning e.xid
    ), gone_versions as (
      delete from event_streams s using (select position, unnest(streams) as stream, unnest(versions) as version from old) o
      where s.stream = o.stream and s.version = o.version and s.position = o.position
    ), noted as (
      update installation set pruned_xid = greatest(pruned_xid, (select max(xid) from gone))
      where id = 1 and exists (select 1 from gone)
    )
    select count(*)::int as removed from gone`;
  return { removed: row!.removed, isDone: row!.removed < BATCH };
}
