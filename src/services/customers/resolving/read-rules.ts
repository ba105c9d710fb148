import { requireRight } from '../../access/role-rights.ts';
import type { IdentityRules } from '../../../values/identity-rules.ts';
import type { Scope } from '../../scope.ts';
import { SHIPPED, toRuleSet } from './active-rules.ts';

/** A rule set with its history. */
export interface RuleSetRecord {
  readonly version: number;
  readonly rules: IdentityRules;
  readonly note: string | null;
  /** Both null: it is shipped with the code. */
  readonly setAt: Date | null;
  readonly setBy: string | null;
}

/** A rule set by its version; without one that which counts now. Null: there is none with this version. */
export async function readIdentityRules(scope: Scope, version: number | null): Promise<RuleSetRecord | null> {
  requireRight(scope.viewer, 'identity:read');
  const { sql } = scope.db;
  const [row] = await sql<RuleSetRecord[]>`
    select version, rules, note, set_at, set_by from identity_rule_sets
    where ${version === null ? sql`true` : sql`version = ${version}`}
    order by version desc limit 1`;
  if (row) return toRuleSet(row);
  return version === null || version === SHIPPED.version ? { ...SHIPPED, note: null, setAt: null, setBy: null } : null;
}
