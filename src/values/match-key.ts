import { domainToUnicode } from 'node:url';

import type { IdentityKind } from './vocabulary.ts';

/** Mailboxes of one provider: what does not tell two of them apart. Only what the provider itself says. */
interface MailProvider {
  /** Dots before the @ mean nothing. */
  readonly ignoresDots: boolean;
  /** The name under which all its domains are one. Null: each domain is its own. */
  readonly domain: string | null;
}

const GMAIL: MailProvider = { ignoresDots: true, domain: 'gmail.com' };
/** Whoever may have `a@` is reached under `a+anything@` too, and nobody can be called that. */
const PLUS: MailProvider = { ignoresDots: false, domain: null };
const MAIL_PROVIDERS: Readonly<Record<string, MailProvider>> = {
  'gmail.com': GMAIL,
  'googlemail.com': GMAIL,
  'outlook.com': PLUS,
  'hotmail.com': PLUS,
  'live.com': PLUS,
  'icloud.com': PLUS,
  'me.com': PLUS,
  'fastmail.com': PLUS,
};

interface MobileForm {
  readonly long: RegExp;
  readonly short: RegExp;
  readonly toLong: (number: string) => string;
  readonly toShort: (number: string) => string;
}

/**
 * Countries in which a mobile number is written in two ways in E.164, the longer and the shorter form. In each the two can never be two
 * subscribers; what may be a landline of its own is left out.
 */
const MOBILE_FORMS: readonly MobileForm[] = [
  // Brazil put a 9 before eight digits that began with 6, 8 or 9. Those that begin with 2 to 5 are landlines, some with 7 stayed.
  {
    long: /^\+55\d\d9[689]\d{7}$/,
    short: /^\+55\d\d[689]\d{7}$/,
    toLong: (n) => `${n.slice(0, 5)}9${n.slice(5)}`,
    toShort: (n) => `${n.slice(0, 5)}${n.slice(6)}`,
  },
  // Argentina: a 9 after the country when a mobile is called from abroad; its ten digits are no other subscriber’s.
  {
    long: /^\+549\d{10}$/,
    short: /^\+54[1-8]\d{9}$/,
    toLong: (n) => `+549${n.slice(3)}`,
    toShort: (n) => `+54${n.slice(4)}`,
  },
  // Mexico: a 1 after the country until 2020; WhatsApp writes it still.
  {
    long: /^\+521\d{10}$/,
    short: /^\+52[2-9]\d{9}$/,
    toLong: (n) => `+521${n.slice(3)}`,
    toShort: (n) => `+52${n.slice(4)}`,
  },
];

/**
 * What is equal for all writings of one identifier, made from its normalised form: by this identities are compared. It is never shown and
 * never written to: a reply goes to the address as it came.
 */
export function matchKeyOf(kind: IdentityKind, normalized: string): string {
  if (kind === 'email') return mailboxOf(normalized);
  if (kind !== 'phone') return normalized;
  const form = MOBILE_FORMS.find(({ short }) => short.test(normalized));
  return form ? form.toLong(normalized) : normalized;
}

/** The match key as it is stored: null where it is the normalised form itself. */
export function storedMatchKeyOf(kind: IdentityKind, normalized: string): string | null {
  const key = matchKeyOf(kind, normalized);
  return key === normalized ? null : key;
}

/** Other numbers in E.164 that reach the same phone. */
export function mobileVariantsOf(normalized: string): string[] {
  return MOBILE_FORMS.flatMap(({ long, short, toLong, toShort }) => [
    ...(short.test(normalized) ? [toLong(normalized)] : []),
    ...(long.test(normalized) ? [toShort(normalized)] : []),
  ]);
}

function mailboxOf(email: string): string {
  const at = email.lastIndexOf('@');
  // A domain in ASCII and in its own letters is one; what is no domain stays as it is.
  const domain = domainToUnicode(email.slice(at + 1)) || email.slice(at + 1);
  const provider = Object.hasOwn(MAIL_PROVIDERS, domain) ? MAIL_PROVIDERS[domain]! : null;
  if (!provider) return `${email.slice(0, at)}@${domain}`;
  const beforePlus = email.slice(0, at).replace(/(?<=.)\+.*$/, '');
  const local = provider.ignoresDots ? beforePlus.replaceAll('.', '') : beforePlus;
  return `${local || beforePlus}@${provider.domain ?? domain}`;
}
