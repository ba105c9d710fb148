import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { findDue, type PastPlace } from './past-retention.ts';
import { limitOf, type RetentionRule } from './retention-rule.ts';
import { readRetentionRules } from './set-retention-rule.ts';

/** What a rule would remove now. */
export interface RetentionPreview {
  readonly rule: RetentionRule;
  /** What is from before goes. */
  readonly limit: Date;
  /** How many, as far as they were counted. */
  readonly dueCount: number;
  /** True: not everything was counted. */
  readonly isMore: boolean;
}

const MOST = 100_000;
/** Of all rules together, in milliseconds: who asked waits for the answer. */
const COUNTED_FOR_MS = 5_000;

/** What would go if rules were applied now. Nothing is changed. */
export async function previewRetention(
  scope: Scope,
  { countedForMs = COUNTED_FOR_MS }: { countedForMs?: number } = {},
): Promise<RetentionPreview[]> {
  requireRight(scope.viewer, 'retention:read');
  const { sql } = scope.db;
  const until = performance.now() + countedForMs;
  const previews: RetentionPreview[] = [];
  for (const rule of await readRetentionRules(scope)) {
    const limit = await limitOf(sql, rule, scope.now);
    let dueCount = 0;
    let after: PastPlace | null = null;
    let isMore = true;
    while (isMore && dueCount <= MOST && performance.now() < until) {
      const found: Awaited<ReturnType<typeof findDue>> = await findDue(sql, rule, { limit, after });
      dueCount += found.due.length;
      after = found.reached;
      isMore = after !== null;
    }
    previews.push({ rule, limit, dueCount: Math.min(dueCount, MOST), isMore: isMore || dueCount > MOST });
  }
  return previews;
}
