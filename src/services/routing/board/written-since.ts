import type { Sql } from '../../../database/open-database.ts';

/**
 * Rows that a snapshot did not show, by the number of the transaction that wrote them last. One range of the index, from the oldest transaction that was
 * under way: the planner takes it also where all rows have the number of one load, which it would else believe of every number.
 */
export const writtenSince = (sql: Sql, snapshot: string, orElse = sql``) => sql`(
  changed_in >= pg_snapshot_xmin(${snapshot}::pg_snapshot) and (not pg_visible_in_snapshot(changed_in, ${snapshot}::pg_snapshot) ${orElse}))`;
