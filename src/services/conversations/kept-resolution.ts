import type { PendingQuery, Row } from 'postgres';

import type { Sql } from '../../database/open-database.ts';

/**
 * A part of `with` before the statement that opens conversations again, which sees the rows as they were: keeps when they were resolved, for
 * the timeline. Nothing where they were not. `reopened`: rows of `id` and `reopened_at`.
 */
export const keptResolution = (sql: Sql, reopened: PendingQuery<Row[]>) => sql`
  kept_resolution as (
    insert into conversation_reopenings (conversation_id, customer_id, resolved_at, reopened_at)
    select c.id, c.customer_id, c.resolved_at, greatest(c.resolved_at, r.reopened_at)
    from (${reopened}) as r join conversations c on c.id = r.id
    where c.resolved_at is not null
    on conflict do nothing
  )`;
