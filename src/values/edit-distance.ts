/**
 * How many letters were typed wrongly: left out, added, changed or swapped with the next one (Damerau-Levenshtein, restricted).
 * Stops counting beyond `most` and answers `most + 1`.
 */
export function editDistance(one: string, other: string, most: number): number {
  const [a, b] = [[...one], [...other]];
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    if (Math.min(...row) > most) return most + 1;
    before = last;
    last = row;
  }
  return Math.min(last[b.length]!, most + 1);
}

const LETTERS = {
  latin: 'abcdefghijklmnopqrstuvwxyz',
  cyrillic: 'абвгдежзиклмнопрстуфхцчшщъыьэюя',
  greek: 'αβγδεζηθικλμνξοπρστυφχψως',
} as const;

/** Every text that one wrong letter makes of a word, in the word's own alphabet. */
export function oneEditFrom(word: string): string[] {
  const letters = [...word];
  const alphabet = /\p{Script=Cyrillic}/u.test(word)
    ? LETTERS.cyrillic
    : /\p{Script=Greek}/u.test(word)
      ? LETTERS.greek
      : LETTERS.latin;
  const found = new Set<string>();
  for (let i = 0; i <= letters.length; i += 1) {
    const [head, tail] = [letters.slice(0, i).join(''), letters.slice(i)];
    for (const letter of alphabet) found.add(head + letter + tail.join(''));
    if (tail.length === 0) continue;
    found.add(head + tail.slice(1).join(''));
    for (const letter of alphabet) found.add(head + letter + tail.slice(1).join(''));
    if (tail.length > 1) found.add(head + tail[1]! + tail[0]! + tail.slice(2).join(''));
  }
  found.delete(word);
  return [...found];
}
