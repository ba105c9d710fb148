import type { Sql } from '../../database/open-database.ts';

/** Messages that wait for our courier, and how long the oldest has, for metrics. What waits for the customer's morning is not late. */
export async function measureWaiting(sql: Sql): Promise<{ count: number; oldestSeconds: number }> {
  const [row] = await sql<{ count: number; oldestSeconds: number }[]>`
    select count(*)::int as count,
      coalesce(extract(epoch from now() - min(case when failure is null then next_attempt_at else queued_at end)), 0)::float8 as oldest_seconds
    from deliveries where state = 'queued' and next_attempt_at is not null and (failure is not null or next_attempt_at <= now())`;
  return row!;
}
