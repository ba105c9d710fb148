import { InvalidRequest } from '../../values/invalid-request.ts';
import { referencesIn } from '../../values/reference.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { wordsOf } from '../customers/words-of.ts';

const SHORTEST = 2;
const LONGEST = 200;
const MOST_WORDS = 4;
const SHORTEST_NUMBER = 3;
const SHORTEST_TAIL = 5;
/** Behind every text that begins alike. */
const END = '\u{10FFFF}';
/** Behind a word, before every longer one. */
const NEXT = '\u0001';

/** All texts from `low` on that are before `high`, by bytes. */
export interface TextRange {
  readonly low: string;
  readonly high: string;
}

/** Words that stand for one word of the query, and how like it they are: 1 is the word itself. */
export interface WordRange extends TextRange {
  readonly place: number;
  readonly likeness: number;
}

/** What a text that somebody typed may mean. */
export interface SearchTerms {
  readonly words: readonly string[];
  readonly identities: readonly (TextRange & { readonly kind: IdentityKind })[];
  /** Digits of the end of a phone number, the last one first. */
  readonly phoneTail: TextRange | null;
  readonly orderNumbers: readonly TextRange[];
  readonly reference: string | null;
}

export const beginning = (low: string): TextRange => ({ low, high: low + END });

/** The word itself counts full, one that begins with it less. */
export const rangesOf = (word: string, place: number): WordRange[] => [
  { place, low: word, high: word + NEXT, likeness: 1 },
  { place, low: word + NEXT, high: word + END, likeness: 0.6 },
];
export const exactly = (word: string, place: number, likeness: number): WordRange => ({
  ...{ place, low: word, high: word + NEXT, likeness },
});

/** Reads what was typed. Throws InvalidRequest when it is too short, too long or no text. */
export function readSearch(query: string): SearchTerms {
  const text = query.trim().normalize('NFC');
  if (text.length < SHORTEST || text.length > LONGEST)
    throw new InvalidRequest('query', `\`query\` has ${SHORTEST} to ${LONGEST} characters.`);
  if (text.includes('\0') || !text.isWellFormed())
    throw new InvalidRequest('query', '`query` holds a character that is none (NUL or half a pair).');
  const numbers =
    text.length < SHORTEST_NUMBER ? [] : [...new Set([text, text.toUpperCase()].flatMap((each) => [each, `#${each}`]))];
  return {
    // What has an @ is an address, and no part of it a name.
    words: text.includes('@') ? [] : wordsOf(text).slice(0, MOST_WORDS),
    identities: identitiesLike(text),
    phoneTail: phoneTailOf(text),
    orderNumbers: numbers.map(beginning),
    reference: referencesIn(text)[0] ?? null,
  };
}

function identitiesLike(text: string) {
  // Ids of other systems keep their case; people do not.
  const writings = [...new Set([text, text.toLowerCase(), text.toUpperCase()])];
  const kinds = ['loyalty_id', 'external_id', 'social_handle', 'visitor_id'] as const;
  const phone = digitsOf(text);
  const international = phone && /^(\+|00)/.test(text) ? phone.replace(/^00/, '') : null;
  return [
    ...(/\s/.test(text) ? [] : [{ kind: 'email' as const, ...beginning(text.toLowerCase()) }]),
    ...kinds.flatMap((kind) => writings.map((writing) => ({ kind, ...beginning(writing) }))),
    ...(international ? [{ kind: 'phone' as const, ...beginning(`+${international}`) }] : []),
  ];
}

function phoneTailOf(text: string): TextRange | null {
  const digits = digitsOf(text)?.replace(/^0+/, '');
  if (!digits || text.startsWith('+') || digits.length < SHORTEST_TAIL) return null;
  return beginning([...digits].reverse().join(''));
}

/** Null: this is no part of a phone number. */
const digitsOf = (text: string): string | null =>
  /^\+?[\d\s().\-/]{4,30}$/.test(text) ? text.replaceAll(/\D/g, '') : null;
