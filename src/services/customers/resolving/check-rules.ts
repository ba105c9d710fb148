import { checkWhole } from '../../../values/check-input.ts';
import { checkText } from '../../../values/check-text.ts';
import type { IdentityLimit, IdentityRule, IdentityRules } from '../../../values/identity-rules.ts';
import { Refusal } from '../../../values/refusal.ts';
import { IDENTITY_KINDS, type IdentityKind } from '../../../values/vocabulary.ts';

/** What changes of the rule of a kind. Absent or null where that means nothing else: as before. */
export interface IdentityRuleChange {
  readonly kind: IdentityKind;
  readonly priority?: number | null;
  readonly isStrong?: boolean | null;
  readonly valuesPerPerson?: { readonly most: number; readonly withinDays?: number | null } | null;
  readonly personsPerValue?: { readonly most: number; readonly withinDays?: number | null } | null;
  /** Null: never. Absent: as before. */
  readonly staleAfterDays?: number | null;
  readonly blockedValues?: readonly string[] | null;
  readonly blocksRepeated?: boolean | null;
}

const MOST_PRIORITY = 1_000;
const MOST_IN_LIMIT = 10_000;
const MOST_DAYS = 36_500;
const MOST_BLOCKED = 1_000;
const LONGEST_BLOCKED = 320;

/** The rules with these changes. Throws INVALID_INPUT with the field at fault. */
export function changeRules(rules: IdentityRules, changes: readonly IdentityRuleChange[]): IdentityRules {
  if (changes.length === 0 || changes.length > IDENTITY_KINDS.length)
    throw new Refusal('INVALID_INPUT', `Send the rules of 1 to ${IDENTITY_KINDS.length} kinds.`, ['input', 'rules']);
  const changed: Record<IdentityKind, Omit<IdentityRule, 'kind'>> = { ...rules };
  changes.forEach(({ kind, ...change }, i) => {
    const at = ['input', 'rules', String(i)];
    if (changes.findIndex((other) => other.kind === kind) < i)
      throw new Refusal('INVALID_INPUT', 'A kind has one rule. This one was named before in the list.', [
        ...at,
        'kind',
      ]);
    changed[kind] = checkRule({ ...rules[kind], ...withoutAbsent(change) }, at);
  });
  const taken = new Map<number, IdentityKind>();
  for (const kind of IDENTITY_KINDS) {
    const { priority } = changed[kind];
    const other = taken.get(priority);
    // Which of two is dropped must not depend on the order in which somebody wrote them.
    if (other)
      throw new Refusal('INVALID_INPUT', `${other} and ${kind} have the same priority. Each kind needs its own.`, [
        ...[
          'input',
          'rules',
          String(
            Math.max(
              0,
              changes.findIndex((each) => each.kind === kind || each.kind === other),
            ),
          ),
        ],
        'priority',
      ]);
    taken.set(priority, kind);
  }
  const weakest = Math.min(
    ...IDENTITY_KINDS.filter((kind) => changed[kind].isStrong).map((kind) => changed[kind].priority),
  );
  const above = IDENTITY_KINDS.find((kind) => !changed[kind].isStrong && changed[kind].priority > weakest);
  if (above)
    throw new Refusal('INVALID_INPUT', `A strong kind has a higher priority than every other: ${above} is above one.`, [
      ...[
        'input',
        'rules',
        String(
          Math.max(
            0,
            changes.findIndex(({ kind }) => kind === above),
          ),
        ),
      ],
      'priority',
    ]);
  return changed;
}

type Rule = Omit<IdentityRule, 'kind'>;

function withoutAbsent(change: Omit<IdentityRuleChange, 'kind'>): Partial<Rule> {
  const given = Object.entries(change).filter(
    ([name, value]) => value !== undefined && (value !== null || name === 'staleAfterDays'),
  );
  return Object.fromEntries(given) as Partial<Rule>;
}

function checkRule(rule: Rule, at: readonly string[]): Rule {
  checkWhole(rule.priority, [...at, 'priority'], 1, MOST_PRIORITY);
  if (rule.staleAfterDays !== null) checkWhole(rule.staleAfterDays, [...at, 'staleAfterDays'], 1, MOST_DAYS);
  if (rule.blockedValues.length > MOST_BLOCKED)
    throw new Refusal('INVALID_INPUT', `At most ${MOST_BLOCKED} blocked values.`, [...at, 'blockedValues']);
  rule.blockedValues.forEach((value, i) => checkBlocked(value, [...at, 'blockedValues', String(i)]));
  return {
    ...rule,
    valuesPerPerson: checkLimit(rule.valuesPerPerson, [...at, 'valuesPerPerson']),
    personsPerValue: checkLimit(rule.personsPerValue, [...at, 'personsPerValue']),
    blockedValues: [...new Set(rule.blockedValues.map((value) => value.trim().toLowerCase()))],
  };
}

function checkLimit({ most, withinDays = null }: Partial<IdentityLimit>, at: readonly string[]): IdentityLimit {
  checkWhole(most ?? 0, [...at, 'most'], 1, MOST_IN_LIMIT);
  if (withinDays !== null) checkWhole(withinDays, [...at, 'withinDays'], 1, MOST_DAYS);
  return { most: most!, withinDays };
}

function checkBlocked(value: string, field: readonly string[]): void {
  checkText(value, field, LONGEST_BLOCKED);
  if (/^[*\s]*$/.test(value))
    throw new Refusal('INVALID_INPUT', 'This would block every value. Say more than `*`.', field);
  if ((value.match(/\*/g) ?? []).length > 3)
    throw new Refusal('INVALID_INPUT', 'A blocked value has three `*` at most.', field);
}
