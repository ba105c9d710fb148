import { checkText } from './check-text.ts';
import { Refusal } from './refusal.ts';

const LONGEST_TAG = 50;
const MOST_TAGS = 20;

/** A tag as it is stored and compared: composed, lower case, without spaces around it, single spaces within. */
export const normalizeTag = (tag: string): string => tag.normalize('NFC').toLowerCase().trim().replaceAll(/\s+/g, ' ');

/** Tags as they are stored: normalised, without repeats, in the order of their code points. Throws INVALID_INPUT. */
export function checkTags(tags: readonly string[], field: readonly string[]): string[] {
  const normalized = new Set(tags.map((tag, i) => checkText(normalizeTag(tag), [...field, String(i)], LONGEST_TAG)));
  if (normalized.size > MOST_TAGS)
    throw new Refusal('INVALID_INPUT', `A conversation has ${MOST_TAGS} tags at most; leave some out.`, field);
  return [...normalized].sort();
}

/** All tags of the two, as far as there is room: the first ones come first. */
export const joinTags = (first: readonly string[], second: readonly string[]): string[] =>
  [...new Set([...first, ...second])].slice(0, MOST_TAGS).sort();
