import type { Sql } from '../../database/open-database.ts';
import { newId } from '../../values/ids.ts';
import type { RetentionClass } from '../../values/retention.ts';
import { isHeld } from '../customers/is-held.ts';
import type { RetentionRule } from './retention-rule.ts';

type Fragment = ReturnType<Sql>;

/** How things of a class are found (as `t`), oldest first. */
interface PastKind {
  readonly table: string;
  /** What its index is sorted by before the id. Null: the id itself sorts by time. */
  readonly sortedBy: string | null;
  /** Whose it is. */
  readonly customerId: (sql: Sql) => Fragment;
  /** Where the index ends: nothing behind can be past. */
  readonly isOld: (sql: Sql, limit: Date) => Fragment;
  readonly isPast: (sql: Sql, limit: Date) => Fragment;
}

const MEMBERS = (sql: Sql) =>
  sql`(select t.id union all select pl.member_id from person_links pl where pl.person_id = t.id)`;

export const PAST_KINDS: Readonly<Record<RetentionClass, PastKind>> = {
  activity: {
    table: 'activities',
    sortedBy: null,
    customerId: (sql) => sql`t.customer_id`,
    // Ids sort by the millisecond of recording.
    isOld: (sql, limit) => sql`t.id < ${newId('activity', limit.getTime() + 1)}`,
    isPast: (sql, limit) => sql`t.recorded_at < ${limit}`,
  },
  conversations: {
    table: 'conversations',
    sortedBy: 'last_message_at',
    customerId: (sql) => sql`t.customer_id`,
    isOld: (sql, limit) => sql`t.last_message_at < ${limit}`,
    isPast: (sql, limit) => sql`t.status = 'resolved' and coalesce(t.resolved_at, t.last_message_at) < ${limit}`,
  },
  persons: {
    table: 'customers',
    sortedBy: 'created_at',
    customerId: (sql) => sql`t.id`,
    isOld: (sql, limit) => sql`t.created_at < ${limit}`,
    isPast: (sql, limit) => sql`not exists (select from person_links pl where pl.member_id = t.id)
      and not exists (
        select from ${MEMBERS(sql)} m(id) where exists (select from customers c where c.id = m.id and c.created_at >= ${limit})
          or exists (select from identities i where i.customer_id = m.id and i.last_seen_at >= ${limit})
          or exists (select from orders o where o.customer_id = m.id and o.placed_at >= ${limit})
          or exists (select from activities a where a.customer_id = m.id and a.occurred_at >= ${limit})
          or exists (select from conversations v where v.customer_id = m.id
            and (v.status <> 'resolved' or v.last_message_at >= ${limit})))`,
  },
};

/** Things of a rule that are past its limit, in its place, and held by nobody. */
export const isDue = (sql: Sql, rule: RetentionRule, limit: Date): Fragment => {
  const { customerId, isOld, isPast } = PAST_KINDS[rule.dataClass];
  return sql`${isOld(sql, limit)} and ${isPast(sql, limit)} and ${isInPlace(sql, rule, customerId(sql))}
    and not ${isHeld(sql, customerId(sql))}`;
};

/** How far things of a class were looked at. */
export interface PastPlace {
  readonly id: string;
  /** Microseconds are kept. */
  readonly at: string | null;
}

/** Looked at in one statement, which ends in time however few of them are due. */
export const LOOKED_AT: Readonly<Record<RetentionClass, number>> = {
  activity: 2_000,
  conversations: 500,
  persons: 500,
};

/** The ids of those that are due among the next that are old enough, oldest first, and how far that is. Null: there are no more. */
export async function findDue(
  sql: Sql,
  rule: RetentionRule,
  { limit, after }: { limit: Date; after: PastPlace | null },
): Promise<{ due: readonly string[]; reached: PastPlace | null }> {
  const { table, sortedBy, isOld } = PAST_KINDS[rule.dataClass];
  const key = sortedBy === null ? sql`t.id` : sql`t.${sql(sortedBy)}, t.id`;
  const at = sortedBy === null ? sql`null::text` : sql`t.${sql(sortedBy)}::text`;
  const behind =
    after === null
      ? sql`true`
      : after.at === null
        ? sql`t.id > ${after.id}`
        : sql`(${key}) > (${after.at}::timestamptz, ${after.id})`;
  const atMost = LOOKED_AT[rule.dataClass];
  const rows = await sql<(PastPlace & { isDue: boolean })[]>`
    with looked as materialized (
      select t.id from ${sql(table)} t where ${behind} and ${isOld(sql, limit)} order by ${key} limit ${atMost})
    select t.id, ${at} as at, ${isDue(sql, rule, limit)} as is_due from looked join ${sql(table)} t using (id) order by ${key}`;
  return {
    due: rows.filter((row) => row.isDue).map(({ id }) => id),
    reached: rows.length < atMost ? null : rows.at(-1)!,
  };
}

/** In the rule's market, or in one that has no rule of its own. */
const isInPlace = (sql: Sql, { dataClass, market }: RetentionRule, customerId: Fragment): Fragment => {
  const own = sql`(select p.market from customers p where p.id = coalesce(
    (select l.person_id from person_links l where l.member_id = ${customerId}), ${customerId}))`;
  return market === null
    ? sql`not exists (select from retention_rules r where r.data_class = ${dataClass} and r.market = ${own})`
    : sql`${own} = ${market}`;
};
