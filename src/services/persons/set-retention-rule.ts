import { isTimeZone } from '../../values/business-hours.ts';
import { newId, type RetentionRuleId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { RetentionClass } from '../../values/retention.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { type RetentionRule, ruleColumns } from './retention-rule.ts';

interface WantedRule {
  readonly dataClass: RetentionClass;
  readonly market?: string | null;
  readonly keepDays: number;
  readonly timeZone?: string | null;
}

const LONGEST_DAYS = 36_500;

/** Says how long a class of data is kept in a market; one place has one rule. Throws INVALID_INPUT. */
export async function setRetentionRule(scope: Scope, wanted: WantedRule): Promise<RetentionRuleId> {
  requireRight(scope.viewer, 'retention:write');
  const { dataClass, keepDays } = wanted;
  const market = wanted.market ?? null;
  const timeZone = wanted.timeZone ?? 'UTC';
  if (!Number.isInteger(keepDays) || keepDays < 1 || keepDays > LONGEST_DAYS)
    throw new Refusal('INVALID_INPUT', `Days are a whole number from 1 to ${LONGEST_DAYS}.`, ['input', 'keepDays']);
  if (market !== null && !/^[A-Z]{2}$/.test(market))
    throw new Refusal('INVALID_INPUT', 'A market is an ISO 3166-1 code in capitals, such as FI.', ['input', 'market']);
  if (!isTimeZone(timeZone))
    throw new Refusal('INVALID_INPUT', 'This is no IANA time zone, such as Europe/Helsinki.', ['input', 'timeZone']);
  return atomically(scope, async (tx) => {
    const [rule] = await tx.db.sql<{ id: RetentionRuleId }[]>`
      insert into retention_rules (id, data_class, market, keep_days, time_zone, set_at, set_by)
      values (${newId('retentionRule')}, ${dataClass}, ${market}, ${keepDays}, ${timeZone}, ${tx.now}, ${tx.viewer.principal})
      on conflict on constraint retention_rules_place do update set keep_days = excluded.keep_days,
        time_zone = excluded.time_zone, set_at = excluded.set_at, set_by = excluded.set_by
      returning id`;
    return rule!.id;
  });
}

/** Takes a rule away: what it was about is kept, or falls under the rule for all markets. Throws NOT_FOUND. */
export async function removeRetentionRule(scope: Scope, id: string): Promise<void> {
  requireRight(scope.viewer, 'retention:write');
  const removed = await scope.db.sql`delete from retention_rules where id = ${id}`;
  if (removed.count === 0) throw new Refusal('NOT_FOUND', 'There is no rule with this id.', ['id']);
}

/** All rules, by what they are about. */
export async function readRetentionRules(scope: Scope): Promise<RetentionRule[]> {
  requireRight(scope.viewer, 'retention:read');
  const { sql } = scope.db;
  return sql<RetentionRule[]>`
    select ${ruleColumns(sql)} from retention_rules r order by r.data_class, r.market nulls first`;
}
