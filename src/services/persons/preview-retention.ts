import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { isDue, PAST_KINDS } from './past-retention.ts';
import { limitOf, type RetentionRule } from './retention-rule.ts';
import { readRetentionRules } from './set-retention-rule.ts';

/** What a rule would remove now. */
export interface RetentionPreview {
  readonly rule: RetentionRule;
  /** What is from before goes. */
  readonly limit: Date;
  /** How many, as far as they were counted. */
  readonly dueCount: number;
  /** True: there are more. */
  readonly isMore: boolean;
}

const MOST = 100_000;

/** What would go if rules were applied now. Nothing is changed. */
export async function previewRetention(scope: Scope): Promise<RetentionPreview[]> {
  requireRight(scope.viewer, 'retention:read');
  const { sql } = scope.db;
  const previews: RetentionPreview[] = [];
  for (const rule of await readRetentionRules(scope)) {
    const limit = await limitOf(sql, rule, scope.now);
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from (
        select from ${sql(PAST_KINDS[rule.dataClass].table)} t where ${isDue(sql, rule, limit)} limit ${MOST + 1}) due`;
    previews.push({ rule, limit, dueCount: Math.min(row!.count, MOST), isMore: row!.count > MOST });
  }
  return previews;
}
