import type { Sql } from '../../database/open-database.ts';
import type { RetentionRuleId } from '../../values/ids.ts';
import type { RetentionClass } from '../../values/retention.ts';

/** How long a class of data is kept, and where. */
export interface RetentionRule {
  readonly id: RetentionRuleId;
  readonly dataClass: RetentionClass;
  /** Null: in all markets without a rule of their own. */
  readonly market: string | null;
  readonly keepDays: number;
  /** In whose calendar the days are counted. */
  readonly timeZone: string;
  readonly setAt: Date;
  readonly setBy: string;
}

export const ruleColumns = (sql: Sql) =>
  sql`r.id, r.data_class, r.market, r.keep_days, r.time_zone, r.set_at, r.set_by`;

/**
 * The moment before which things of a rule go: so many days of the calendar before now, at the same time of the day in the rule's time zone.
 * Where a clock was changed in between, a day has 23 or 25 hours.
 */
export async function limitOf(sql: Sql, { keepDays, timeZone }: RetentionRule, now: Date): Promise<Date> {
  const [row] = await sql<{ at: Date }[]>`
    select (${now}::timestamptz at time zone ${timeZone}::text - make_interval(days => ${keepDays}::int)) at time zone ${timeZone}::text as at`;
  return row!.at;
}
