import { parsePhoneNumberFromString, type CountryCode, isSupportedCountry } from 'libphonenumber-js';

import { checkText } from '../../values/check-text.ts';
import { Refusal } from '../../values/refusal.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';

const LONGEST = 320;

/**
 * The form in which an identity is compared. Email: lower case. Phone: E.164, a national number is read in `market` (an ISO country).
 * Others: trimmed, case kept, because a system's ids may differ in case alone. Throws INVALID_INPUT.
 */
export function normalizeIdentity(
  kind: IdentityKind,
  value: string,
  options: { market?: string | null; field?: readonly string[] } = {},
): string {
  const field = options.field ?? ['value'];
  const text = checkText(value, field, LONGEST).trim();
  if (kind === 'email') return normalizeEmail(text, field);
  if (kind === 'phone') return normalizePhone(text, options.market ?? null, field);
  return text.normalize('NFC');
}

function normalizeEmail(text: string, field: readonly string[]): string {
  const email = text.normalize('NFC').toLowerCase();
  if (!/^[^\s@]+@[^\s@]+$/.test(email))
    throw new Refusal('INVALID_INPUT', 'An email address has one @ with something on both sides and no spaces.', field);
  return email;
}

function normalizePhone(text: string, market: string | null, field: readonly string[]): string {
  const country = market?.toUpperCase() ?? '';
  const region: CountryCode | undefined = isSupportedCountry(country) ? country : undefined;
  const phone = parsePhoneNumberFromString(text.startsWith('00') ? `+${text.slice(2)}` : text, region);
  if (!phone?.isPossible())
    throw new Refusal(
      'INVALID_INPUT',
      'This is no phone number. Write it with + and the country, or send it through an inbox that has a market.',
      field,
    );
  return phone.number;
}
