import type { Sql } from '../../database/open-database.ts';
import { newId } from '../../values/ids.ts';
import { isHeld } from '../customers/is-held.ts';

const BATCH = 5_000;

/**
 * Removes a batch of activities recorded before a moment, oldest first, and the basket that the last of them left behind. Ids sort by
 * time of recording, so no index of its own is needed. What is under a legal hold stays.
 */
export async function forgetActivities(sql: Sql, before: Date): Promise<{ removed: number; isDone: boolean }> {
  const [row] = await sql<{ removed: number }[]>`
    with old as (
      select a.id from activities a
      where a.id < ${newId('activity', before.getTime())} and not ${isHeld(sql, sql`a.customer_id`)} order by a.id limit ${BATCH}
    ), gone as (
      delete from activities a using old where a.id = old.id returning a.id, a.customer_id
    ), gone_baskets as (
      delete from baskets b using gone where b.customer_id = gone.customer_id and b.activity_id = gone.id
    )
    select count(*)::int as removed from gone`;
  return { removed: row!.removed, isDone: row!.removed < BATCH };
}
