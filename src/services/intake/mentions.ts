import { referencesIn } from '../../values/reference.ts';

/** What a sender names in a text: hints at a conversation, believed only within the sender's own person. */
export interface Mentions {
  /** References of conversations, as stored. */
  readonly references: readonly string[];
  /** Email addresses and international phone numbers in the form in which identities are compared. */
  readonly addresses: readonly string[];
  /** Order numbers, upper case, without #. */
  readonly orderNumbers: readonly string[];
}

// Hints stand near the beginning; a long text must not cost more than a short one.
const READ_CHARACTERS = 2_000;
const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g;
const PHONE = /\+\d[\d ().-]{6,20}\d/g;
const ORDER =
  /(?:#|\b(?:order|tilaus|beställning|bestellung)\b(?: (?:number|no\.?|nro|nr\.?))?:? ?#?)([a-z]{0,4}-?\d{4,15})\b/gi;
const MOST = 5;

/** Reads what the text names, a few of each at most. */
export function mentionsIn(text: string): Mentions {
  const beginning = text.slice(0, READ_CHARACTERS);
  return {
    references: referencesIn(beginning).slice(0, MOST),
    addresses: [
      ...(beginning.match(EMAIL) ?? []).map((email) => email.toLowerCase()),
      ...(beginning.match(PHONE) ?? []).map((phone) => phone.replaceAll(/[^\d+]/g, '')),
    ].slice(0, MOST),
    orderNumbers: [...beginning.matchAll(ORDER)].map(([, number]) => number!.toUpperCase()).slice(0, MOST),
  };
}

/** What a message names, in its subject and its text. */
export const mentionsOf = ({ subject, text }: { readonly subject: string | null; readonly text: string }): Mentions =>
  mentionsIn(`${subject ?? ''}\n${text}`);
