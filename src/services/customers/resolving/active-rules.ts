import { DEFAULT_IDENTITY_RULES, type IdentityRules } from '../../../values/identity-rules.ts';
import type { Scope } from '../../scope.ts';

export interface RuleSet {
  readonly version: number;
  readonly rules: IdentityRules;
}

export const SHIPPED: RuleSet = { version: 0, rules: DEFAULT_IDENTITY_RULES };

/** What each database’s newest rule set was when it was read last. A version never changes, so that the number says whether it still is. */
const read = new WeakMap<object, RuleSet>();

/** The rules as this process knows them. Whoever decides by them compares the version with the database’s, in the deciding statement. */
export const knownRules = ({ db }: Scope): RuleSet => read.get(db.committed) ?? SHIPPED;

/** A kind that is younger than a rule set has the rule that is shipped. */
export const toRuleSet = <S extends RuleSet>(stored: S): S => ({
  ...stored,
  rules: { ...DEFAULT_IDENTITY_RULES, ...stored.rules },
});

/** The rules that count now. */
export async function activeRules(scope: Scope): Promise<RuleSet> {
  const [row] = await scope.db.sql<RuleSet[]>`
    select version, rules from identity_rule_sets order by version desc limit 1`;
  const current = row ? toRuleSet(row) : SHIPPED;
  const known = knownRules(scope);
  if (known.version === current.version) return known;
  read.set(scope.db.committed, current);
  return current;
}
