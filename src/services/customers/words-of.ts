/** Letters that no decomposition takes apart, as people type them on a keyboard without them. */
export const ALIKE: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ħ: 'h',
};
const MOST_WORDS = 12;
const LONGEST_WORD = 40;

/**
 * A text as names are compared: in small letters without marks, so that "Müller", "MULLER" and "muller" are one. An apostrophe joins
 * ("O'Brien" is "obrien"), everything else between letters and digits parts words.
 */
export function wordsOf(...texts: readonly (string | null | undefined)[]): string[] {
  const text = texts
    .filter((each) => each != null)
    .join(' ')
    // What is longer is no name; the rest of it is not looked at.
    .slice(0, 600);
  const folded = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\p{M}'’ʼ]/gu, '')
    .replaceAll(/[ßøłđðþæœıħ]/g, (letter) => ALIKE[letter]!);
  const words = folded.split(/[^\p{L}\p{N}]+/u).flatMap((word) => {
    const cut = [...word].slice(0, LONGEST_WORD).join('');
    return cut ? [cut] : [];
  });
  return [...new Set(words)].slice(0, MOST_WORDS);
}

/** The words by which a person is found. */
export const wordsOfProfile = (profile: {
  readonly displayName: string | null;
  readonly givenName?: string | null;
  readonly familyName?: string | null;
}): string[] => wordsOf(profile.displayName, profile.givenName, profile.familyName);
