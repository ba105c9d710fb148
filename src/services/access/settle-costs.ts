import type { Sql } from '../../database/open-database.ts';

/** What a caller asked of one process since it settled last, in points, and the bucket that its role has. */
export interface Spent {
  readonly principal: string;
  readonly points: number;
  readonly maximum: number;
  readonly perSecond: number;
}

/**
 * Takes what was spent from the buckets that all processes share, in one statement; the answer is what is left in each, less than nothing where
 * several gave at once what only one had. In the order of the principals, so that two processes never wait for each other.
 */
export async function settleCosts(sql: Sql, spent: readonly Spent[]): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ principal: string; points: number }[]>`
    insert into cost_budgets as b (principal, points, maximum, per_second, at)
    select principal, maximum - points, maximum, per_second, clock_timestamp()
    from unnest(${spent.map((one) => one.principal)}::text[], ${spent.map((one) => one.points)}::float8[], ${spent.map((one) => one.maximum)}::float8[],
      ${spent.map((one) => one.perSecond)}::float8[]) as s(principal, points, maximum, per_second)
    order by principal
    on conflict (principal) do update set
      points = least(excluded.maximum, b.points + excluded.per_second * extract(epoch from greatest(clock_timestamp() - b.at, interval '0')))
        - (excluded.maximum - excluded.points),
      maximum = excluded.maximum, per_second = excluded.per_second, at = clock_timestamp()
    returning principal, points`;
  return new Map(rows.map(({ principal, points }) => [principal, points]));
}

/** Removes buckets that are full again: who has none has a full one. */
export async function forgetFullBudgets(sql: Sql): Promise<{ removed: number; isDone: boolean }> {
  const rows = await sql`
    delete from cost_budgets where principal in (
      select principal from cost_budgets
      where points + per_second * extract(epoch from now() - at) >= maximum and at < now() - interval '10 minutes'
      order by principal limit 5000 for update skip locked)`;
  return { removed: rows.count, isDone: rows.count < 5_000 };
}
