import { checkOptionalText } from '../../values/check-text.ts';
import type { ConsentModel, ConsentRule } from '../../values/consent-rules.ts';
import type { Purpose } from '../../values/consents.ts';
import { SHOWING_PURPOSES } from '../../values/personal-classes.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact, StartOver } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Scope } from '../scope.ts';
import { consentRulesVersion } from './consent-rules.ts';

export interface ConsentRulesChange {
  /** All of them, not a difference. */
  readonly rules: readonly {
    readonly purpose: Purpose;
    readonly jurisdiction?: string | null;
    readonly model: ConsentModel;
  }[];
  /** Why, for whoever reads it later. */
  readonly note?: string | null;
  /** The version that it was decided on; null: whichever counts. */
  readonly expectedVersion?: number | null;
}

const MOST_RULES = 500;
const LONGEST_NOTE = 500;

/** Says who has to agree before data of them is shown, under a new version, from now on and everywhere. Answers the version. */
export async function setConsentRules(scope: Scope, change: ConsentRulesChange): Promise<number> {
  requireRight(scope.viewer, 'privacy:write');
  const note = checkOptionalText(change.note, ['input', 'note'], LONGEST_NOTE);
  const rules = checkRules(change.rules);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const current = await consentRulesVersion(tx);
    if (change.expectedVersion != null && change.expectedVersion !== current)
      throw new Refusal('CONFLICT', `Version ${current} counts by now. Read it, then decide.`, ['expectedVersion']);
    const version = current + 1;
    const [made] = await sql`
      insert into consent_rule_sets (version, rules, note, set_at, set_by)
      values (${version}, ${sql.json(rules as never)}, ${note}, ${tx.now}, ${tx.viewer.principal})
      on conflict (version) do nothing returning version`;
    // Somebody else was first: a change rests on the version before it.
    if (!made) throw new StartOver();
    recordFact(tx, { type: 'consent.rules_changed', streams: [stream.consentRules], details: { version } });
    return version;
  });
}

function checkRules(rules: ConsentRulesChange['rules']): ConsentRule[] {
  if (rules.length > MOST_RULES)
    throw new Refusal('INVALID_INPUT', `There are ${MOST_RULES} rules at most.`, ['input', 'rules']);
  const places = new Set<string>();
  return rules.map(({ purpose, jurisdiction = null, model }, i) => {
    const at = (field: string) => ['input', 'rules', String(i), field];
    if (!SHOWING_PURPOSES.includes(purpose))
      throw new Refusal(
        'INVALID_INPUT',
        `Nothing is hidden for want of ${purpose.toUpperCase()}: rules are for ${SHOWING_PURPOSES.map((each) => each.toUpperCase()).join(' and ')}. What is asked before somebody is written to stands in the privacy guide.`,
        at('purpose'),
      );
    if (jurisdiction !== null && !/^[A-Z]{2}$/.test(jurisdiction))
      throw new Refusal(
        'INVALID_INPUT',
        '`jurisdiction` is a country of ISO 3166-1 in capitals, for example DE, or EU. Without one the rule is for all others.',
        at('jurisdiction'),
      );
    const place = `${purpose} ${jurisdiction}`;
    if (places.has(place))
      throw new Refusal('INVALID_INPUT', 'There is a rule for this purpose and jurisdiction before.', at('purpose'));
    places.add(place);
    return { purpose, jurisdiction, model };
  });
}
