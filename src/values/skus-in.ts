/** Hints stand near the beginning; a long text must not cost more than a short one. */
const READ_CHARACTERS = 2_000;
const MOST_WORDS = 10;
const WORD = /[\p{L}\d](?:[\p{L}\d._/-]{0,62}[\p{L}\d])?/gu;
/** A word with a digit or in capitals: other words are too many to look up. */
const isLikely = (word: string) => word.length >= 3 && (/\d/.test(word) || word === word.toUpperCase());

/** Words of a text that may be SKUs, as they are written and in capitals, the first ones first. Which of them are, the catalogue knows. */
export function skusIn(text: string): string[] {
  const words = (text.slice(0, READ_CHARACTERS).match(WORD) ?? []).filter(isLikely).slice(0, MOST_WORDS);
  return [...new Set(words.flatMap((word) => [word, word.toUpperCase()]))];
}
