import type { IdentityRules } from '../../../values/identity-rules.ts';
import type { IdentityKind } from '../../../values/vocabulary.ts';

const patterns = new WeakMap<readonly string[], RegExp>();

/** All blocked values of a kind as one pattern, made once for a rule set. */
function patternOf(blocked: readonly string[]): RegExp {
  const known = patterns.get(blocked);
  if (known) return known;
  const parts = blocked.map((text) =>
    text
      .trim()
      .toLowerCase()
      .replaceAll(/[.*+?^${}()|[\]\\]/g, (sign) => (sign === '*' ? '[^]*' : `\\${sign}`)),
  );
  const pattern = new RegExp(`^(?:${parts.join('|')})$`);
  patterns.set(blocked, pattern);
  return pattern;
}

/** Whether the rules say that this value names nobody, as it came or in its normalised form. What is empty never names anybody. */
export function isBlocked(rules: IdentityRules, kind: IdentityKind, text: string): boolean {
  const { blockedValues, blocksRepeated } = rules[kind];
  const folded = text.trim().toLowerCase();
  if (folded === '') return true;
  if (blockedValues.length > 0 && patternOf(blockedValues).test(folded)) return true;
  return blocksRepeated && isRepeated(kind, folded);
}

/** Zeros of any length, or one character six times and more; of an e-mail address before the @, of a phone number after the country. */
function isRepeated(kind: IdentityKind, folded: string): boolean {
  if (kind === 'phone' && /^\+\d{1,3}?(\d)\1{6,}$/.test(folded)) return true;
  const said = kind === 'email' ? folded.replace(/@[^]*$/, '') : folded;
  const bare = said.replaceAll(/[^\p{L}\p{N}]/gu, '');
  return bare === '' || /^0+$/.test(bare) || /^(.)\1{5,}$/u.test(bare);
}
