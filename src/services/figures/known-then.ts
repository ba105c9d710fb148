import type { Sql } from '../../database/open-database.ts';

type Fragment = ReturnType<Sql>;

/** Whoever reads while something changes may be shown either, a packet for as long as it takes to reach its reader. */
const GRACE_SECONDS = 5;

/** That something of this moment may have been known when a sample (`d`) was served. */
export const knownBy = (sql: Sql, at: Fragment): Fragment => sql`${at} <= d.served_at + interval '1 second'`;

/** That it was known to everybody by then. */
export const knownBefore = (sql: Sql, at: Fragment): Fragment =>
  sql`${at} <= d.served_at - make_interval(secs => ${GRACE_SECONDS})`;
