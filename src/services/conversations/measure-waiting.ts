import type { Sql } from '../../database/open-database.ts';

/** Messages that wait for our courier, and how long the oldest has, for metrics. */
export async function measureWaiting(sql: Sql): Promise<{ count: number; oldestSeconds: number }> {
  const [row] = await sql<{ count: number; oldestSeconds: number }[]>`
    select count(*)::int as count, coalesce(extract(epoch from now() - min(queued_at)), 0)::float8 as oldest_seconds
    from deliveries where state = 'queued' and next_attempt_at is not null`;
  return row!;
}
