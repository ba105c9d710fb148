import { parsePhoneNumberFromString, type CountryCode, isSupportedCountry } from 'libphonenumber-js';

import { checkText } from '../../values/check-text.ts';
import { Refusal } from '../../values/refusal.ts';
import { hasUnseen, visibleText } from '../../values/visible-text.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';

const LONGEST = 320;

/**
 * An identity in one writing. Email: lower case, without what stands around it. Phone: E.164, a national number is read in `market` (an ISO country).
 * Others: trimmed, case kept, because a system's ids may differ in case alone; one that only looks like another's is none. What is
 * equal for several of these forms is its match key. Throws INVALID_INPUT.
 */
export function normalizeIdentity(
  kind: IdentityKind,
  value: string,
  options: { market?: string | null; field?: readonly string[] } = {},
): string {
  const field = options.field ?? ['value'];
  const text = checkText(visibleText(checkText(value, field, LONGEST)), field, LONGEST);
  if (kind === 'email') return normalizeEmail(text, field);
  if (kind === 'phone') return normalizePhone(text, options.market ?? null, field);
  if (hasUnseen(value))
    throw new Refusal(
      'INVALID_INPUT',
      `\`${field.at(-1) ?? 'value'}\` holds a character that nobody sees, or a line break; remove it.`,
      field,
    );
  return text.normalize('NFC');
}

/** What people and programs put around an address: `mailto:`, `Aino <aino@example.com>`, spaces at the @. */
function bareEmail(text: string): string {
  const within = /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text;
  return within
    .replace(/^\s*mailto:/i, '')
    .replace(/\s*@\s*/, '@')
    .trim();
}

function normalizeEmail(text: string, field: readonly string[]): string {
  const email = bareEmail(text).normalize('NFKC').toLowerCase();
  if (!/^[^\s\p{Cc}@<>]+@[^\s\p{Cc}@<>]+$/u.test(email))
    throw new Refusal('INVALID_INPUT', 'An email address has one @ with something on both sides and no spaces.', field);
  return email;
}

/** In Mexico 044 or 045 stood before a mobile number that was called from within the country. */
const MEXICAN_MOBILE_PREFIX = /^\s*04[45]/;
/** The old form of a Mexican mobile number in E.164, which is known to be none no longer. */
const OLD_MEXICAN = /^\+521\d{10}$/;

function normalizePhone(text: string, market: string | null, field: readonly string[]): string {
  const country = market?.toUpperCase() ?? '';
  const region: CountryCode | undefined = isSupportedCountry(country) ? country : undefined;
  const dialled = text.startsWith('00') ? `+${text.slice(2)}` : text;
  const phone = parsePhoneNumberFromString(
    region === 'MX' ? dialled.replace(MEXICAN_MOBILE_PREFIX, '') : dialled,
    region,
  );
  if (!phone || !(phone.isPossible() || OLD_MEXICAN.test(phone.number)))
    throw new Refusal(
      'INVALID_INPUT',
      'This is no phone number. Write it with + and the country, or send it through an inbox that has a market.',
      field,
    );
  return phone.number;
}
