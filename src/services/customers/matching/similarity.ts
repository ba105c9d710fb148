/** A text with what makes its comparison cheap. */
export interface Word {
  readonly text: string;
  /** A bit for each letter that occurs. */
  readonly letters: number;
}

export function wordOf(text: string): Word {
  let letters = 0;
  for (let i = 0; i < text.length; i += 1) letters |= 1 << (text.charCodeAt(i) % 32);
  return { text, letters };
}

/** Below this, likeness is not told from nothing: of strangers most are not even looked at letter by letter. */
const LEAST = 0.78;

/** `likeness` where it is at least 0.78, otherwise 0: from the letters that only one of them has follows how alike they can be at most. */
export function likenessOf(a: Word, b: Word): number {
  if (a.text === b.text) return 1;
  const [n, m] = [a.text.length, b.text.length];
  if (n === 0 || m === 0) return 0;
  const common = Math.min(n - bitsOf(a.letters & ~b.letters), m - bitsOf(b.letters & ~a.letters), n, m);
  const most = (common / n + common / m + 1) / 3;
  const isSameStart = a.text.charCodeAt(0) === b.text.charCodeAt(0);
  if ((isSameStart ? most + 0.4 * (1 - most) : most) < LEAST && n <= LONGEST && m <= LONGEST) return 0;
  const alike = likeness(a.text, b.text);
  return alike < LEAST ? 0 : alike;
}

function bitsOf(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** How alike two texts are, from 0 to 1, with more weight on a common beginning (Jaro-Winkler): good for names with typing errors. */
export function likeness(a: string, b: string): number {
  if (a === b) return 1;
  // Which equal letters are paired depends on where the pairing begins: both orders must say the same.
  const jaro = a < b ? jaroOf(a, b) : jaroOf(b, a);
  let prefix = 0;
  while (prefix < 4 && prefix < a.length && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}

/** Letters beyond this are not looked at: a long text must not cost its square. */
const LONGEST = 64;
const takenA = new Uint8Array(LONGEST);
const takenB = new Uint8Array(LONGEST);

function jaroOf(a: string, b: string): number {
  const [n, m] = [Math.min(a.length, LONGEST), Math.min(b.length, LONGEST)];
  if (n === 0 || m === 0) return 0;
  const reach = Math.max(0, Math.floor(Math.max(n, m) / 2) - 1);
  takenA.fill(0, 0, n);
  takenB.fill(0, 0, m);
  let common = 0;
  for (let i = 0; i < n; i += 1) {
    const code = a.charCodeAt(i);
    const end = Math.min(m, i + reach + 1);
    for (let j = Math.max(0, i - reach); j < end; j += 1) {
      if (takenB[j] === 1 || b.charCodeAt(j) !== code) continue;
      takenA[i] = 1;
      takenB[j] = 1;
      common += 1;
      break;
    }
  }
  if (common === 0) return 0;
  let outOfOrder = 0;
  for (let i = 0, j = 0; i < n; i += 1) {
    if (takenA[i] === 0) continue;
    while (takenB[j] === 0) j += 1;
    if (a.charCodeAt(i) !== b.charCodeAt(j)) outOfOrder += 1;
    j += 1;
  }
  return (common / n + common / m + (common - outOfOrder / 2) / common) / 3;
}

/** True where one letter was left out, added, changed or swapped with the next one, or nothing at all. */
export function isOneEdit(a: string, b: string): boolean {
  if (a === b) return true;
  if (Math.abs(a.length - b.length) > 1) return false;
  let i = 0;
  while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i += 1;
  if (a.length > b.length) return a.slice(i + 1) === b.slice(i);
  if (a.length < b.length) return a.slice(i) === b.slice(i + 1);
  if (a.slice(i + 1) === b.slice(i + 1)) return true;
  return a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2);
}

/** Rows of the table of edits: the one before last, the last and the present one. Filled anew by each call. */
const rows = [new Uint8Array(LONGEST + 1), new Uint8Array(LONGEST + 1), new Uint8Array(LONGEST + 1)] as const;

/**
 * True where at most two letters were typed wrongly (Damerau-Levenshtein, restricted). Makes nothing: it is asked millions of times.
 * Longer texts than 64 letters are within two edits only where they are within one.
 */
export function isTwoEdits(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 2) return false;
  if (a.length > LONGEST || b.length > LONGEST) return isOneEdit(a, b);
  let [before, last, row] = rows;
  for (let j = 0; j <= Math.min(b.length, 3); j += 1) last[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    // Beyond two places off the diagonal nothing can be within two edits.
    const [from, to] = [Math.max(1, i - 2), Math.min(b.length, i + 2)];
    row[from - 1] = from === 1 ? i : 3;
    let least = row[from - 1]!;
    for (let j = from; j <= to; j += 1) {
      const isSame = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = last[j - 1]! + (isSame ? 0 : 1);
      cost = Math.min(cost, row[j - 1]! + 1, j === i + 2 ? 3 : last[j]! + 1);
      if (i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1))
        cost = Math.min(cost, before[j - 2]! + 1);
      row[j] = Math.min(cost, 3);
      least = Math.min(least, row[j]!);
    }
    if (least > 2) return false;
    [before, last, row] = [last, row, before];
  }
  return last[b.length]! <= 2;
}
