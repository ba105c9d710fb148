import type { Sql } from '../../database/open-database.ts';
import { newId } from '../../values/ids.ts';

/** How long a browser may be away and still be the same visitor, in seconds. */
export const CONTINUED_SECONDS = 30 * 24 * 3_600;
/** Longer than any token of the session can be of use: its own time, and a day for clocks. */
export const SESSION_KEPT_SECONDS = CONTINUED_SECONDS + 2 * 24 * 3_600;

const BATCH = 5_000;

/**
 * Removes a batch of sessions that nobody can continue any more: begun before a moment and not seen since. The customer, its activity
 * and conversations stay. Ids sort by when a session began, so that none begun since is looked at.
 */
export async function forgetVisitorSessions(sql: Sql, before: Date): Promise<{ removed: number; isDone: boolean }> {
  const rows = await sql`
    delete from visitor_sessions where id in (
      select id from visitor_sessions
      where id < ${newId('visitorSession', before.getTime())} and last_seen_at < ${before}
      order by id limit ${BATCH} for update skip locked)
    returning 1`;
  return { removed: rows.length, isDone: rows.length < BATCH };
}
