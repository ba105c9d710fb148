import type { Scope } from '../scope.ts';

/** Databases in which rules were seen. They are only added to: where there were some once, there are some. */
const ruled = new WeakSet<object>();

/** Whether consent rules were ever set there, as far as this process knows. A statement that goes by it says itself whether it still was so. */
export const knowsConsentRules = ({ db }: Pick<Scope, 'db'>): boolean => ruled.has(db.committed);

/** Notes that there are some. */
export function noteConsentRules({ db }: Pick<Scope, 'db'>): void {
  ruled.add(db.committed);
}

/** Whether there are any, in SQL, at the moment of the statement. */
export const HAS_CONSENT_RULES = 'exists (select from consent_rule_sets)';
