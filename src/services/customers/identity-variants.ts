import { parsePhoneNumberFromString } from 'libphonenumber-js';

import { matchKeyOf, mobileVariantsOf } from '../../values/match-key.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';

/** Writings that mean the same as this one, which stands first: national ones of a phone number, the plain mailbox of an e-mail address. */
export function variantsOf(kind: IdentityKind, normalized: string): string[] {
  if (kind === 'email') return [...new Set([normalized, matchKeyOf(kind, normalized)])];
  if (kind !== 'phone') return [normalized];
  const numbers = [normalized, ...mobileVariantsOf(normalized)];
  const national = numbers.flatMap((number) => {
    const digits = parsePhoneNumberFromString(number)?.formatNational().replaceAll(/\D/g, '');
    return digits ? [digits] : [];
  });
  return [...new Set([...numbers, ...national])];
}
