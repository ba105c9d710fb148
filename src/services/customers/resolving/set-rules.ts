import { checkOptionalText } from '../../../values/check-text.ts';
import { Refusal } from '../../../values/refusal.ts';
import { requireRight } from '../../access/role-rights.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope } from '../../scope.ts';
import { activeRules } from './active-rules.ts';
import { changeRules, type IdentityRuleChange } from './check-rules.ts';

export interface RulesChange {
  readonly rules: readonly IdentityRuleChange[];
  /** Why, for whoever reads it later. */
  readonly note?: string | null;
  /** The version that it was decided on; null: whichever counts. */
  readonly expectedVersion?: number | null;
}

const LONGEST_NOTE = 500;

/** Switches on changed rules under a new version, for everything that arrives from now on. Answers the version. */
export async function setIdentityRules(scope: Scope, change: RulesChange): Promise<number> {
  requireRight(scope.viewer, 'identity:write');
  const note = checkOptionalText(change.note, ['input', 'note'], LONGEST_NOTE);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    // One after the other: a change rests on the version before it. Reading goes on meanwhile.
    await sql`lock table identity_rule_sets in share row exclusive mode`;
    const current = await activeRules(tx);
    if (change.expectedVersion != null && change.expectedVersion !== current.version)
      throw new Refusal('CONFLICT', `Version ${current.version} counts by now. Read it, then decide.`, [
        'expectedVersion',
      ]);
    const rules = changeRules(current.rules, change.rules);
    const version = current.version + 1;
    await sql`
      insert into identity_rule_sets (version, rules, note, set_at, set_by)
      values (${version}, ${sql.json(rules as never)}, ${note}, ${tx.now}, ${tx.viewer.principal})`;
    return version;
  });
}
