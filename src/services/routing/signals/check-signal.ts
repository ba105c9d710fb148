import { checkText } from '../../../values/check-text.ts';
import { Refusal } from '../../../values/refusal.ts';
import type { SignalValue } from '../core/routing-state.ts';
import { KNOWN_NAMES } from './enrichers.ts';

/** What somebody tells. Null takes back what the same source told under this name. */
export interface SignalStatement {
  readonly name: string;
  readonly value: SignalValue | null;
}

const NAME = /^[a-z][a-z0-9_]{0,39}$/;
const LONGEST_TEXT = 200;
const LONGEST_WORD = 100;
const MOST_WORDS = 20;
const SENTIMENT = [-1, 1] as const;
const COMPLEXITY = [1, 5] as const;

/** Refuses what no policy could read, what would be read as something else than it says, and what Punos knows itself. */
export function checkSignal({ name, value }: SignalStatement, field: readonly string[]): void {
  if (!NAME.test(name))
    throw refused('A signal is a word in small letters such as `sentiment`, 40 characters at most.', [
      ...field,
      'name',
    ]);
  if (KNOWN_NAMES.has(name))
    throw refused(
      `\`${name}\` is read from what Punos has. Change it there: \`conversationUpdate\` for language, topic, kind and priority, \`traitsSet\` for segment and value.`,
      [...field, 'name'],
    );
  if (value !== null) checkValue(name, value, [...field, 'value']);
}

function checkValue(name: string, value: SignalValue, field: readonly string[]): void {
  if (typeof value === 'string') checkText(value, field, LONGEST_TEXT);
  else if (typeof value === 'number' && !Number.isFinite(value)) throw refused('A signal is a finite number.', field);
  else if (typeof value === 'object') checkWords(value, field);
  if (name === 'sentiment' && !isBetween(value, SENTIMENT))
    throw refused('`sentiment` is a number from -1 (angry) to 1 (happy).', field);
  if (name === 'complexity' && !(isBetween(value, COMPLEXITY) && Number.isInteger(value)))
    throw refused('`complexity` is a whole number from 1 to 5.', field);
  if (name === 'intent' && typeof value !== 'string') throw refused('`intent` is one word.', field);
  if (name === 'areas' && typeof value !== 'object') throw refused('`areas` is a list of words.', field);
}

function checkWords(words: readonly string[], field: readonly string[]): void {
  if (words.length === 0 || words.length > MOST_WORDS)
    throw refused(`A list has 1 to ${MOST_WORDS} words. Without any, take the signal back.`, field);
  words.forEach((word, i) => checkText(word, [...field, 'words', String(i)], LONGEST_WORD));
}

const isBetween = (value: SignalValue, [least, most]: readonly [number, number]) =>
  typeof value === 'number' && value >= least && value <= most;
const refused = (sentence: string, field: readonly string[]) => new Refusal('INVALID_INPUT', sentence, field);
