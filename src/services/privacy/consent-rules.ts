import type { ConsentRule } from '../../values/consent-rules.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';

/** By which rules data is shown of who said nothing yet, with how it came to that. */
export interface ConsentRuleSet {
  readonly version: number;
  readonly rules: readonly ConsentRule[];
  readonly note: string | null;
  /** Both null: it is shipped with the code. */
  readonly setAt: Date | null;
  readonly setBy: string | null;
}

/** Nobody has to agree first. */
const SHIPPED: ConsentRuleSet = { version: 0, rules: [], note: null, setAt: null, setBy: null };

/** A rule set by its version; without one that which counts now. Null: there is none with this version. */
export async function readConsentRules(scope: Scope, version: number | null): Promise<ConsentRuleSet | null> {
  requireRight(scope.viewer, 'privacy:read');
  return (await storedRules(scope, version)) ?? (version === null || version === SHIPPED.version ? SHIPPED : null);
}

/** The version that counts now. */
export async function consentRulesVersion(scope: Scope): Promise<number> {
  return (await storedRules(scope, null))?.version ?? SHIPPED.version;
}

async function storedRules({ db: { sql } }: Scope, version: number | null): Promise<ConsentRuleSet | null> {
  const [row] = await sql<ConsentRuleSet[]>`
    select version, rules, note, set_at, set_by from consent_rule_sets
    where ${version === null ? sql`true` : sql`version = ${version}`}
    order by version desc limit 1`;
  return row ?? null;
}
