import { ALIKE } from '../words-of.ts';

/** Two alphabets whose letters have one certain Latin writing. */
const CYRILLIC = `а=a б=b в=v г=g ґ=g д=d е=e є=ie ж=zh з=z и=i і=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch
ъ= ы=y ь= э=e ю=yu я=ya`;
const GREEK = 'α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o';

/** Letters that no decomposition takes apart, as they are typed on a Latin keyboard. */
const LATIN: Readonly<Record<string, string>> = {
  ...ALIKE,
  ...Object.fromEntries(`${CYRILLIC} ${GREEK}`.split(/\s/).map((each) => each.split('=') as [string, string])),
};
const LONGEST = 200;

/** A text as matching compares it: small Latin letters and digits, words parted by one space, without marks; empty where nothing is left. */
export function fold(text: string): string {
  return (
    text
      .slice(0, LONGEST)
      .normalize('NFKD')
      .toLowerCase()
      // Marks, and what nobody sees.
      .replaceAll(/[\p{M}\p{DI}'’ʼ`]/gu, '')
      .replaceAll(/[^\x00-\x7F]/g, (letter) => LATIN[letter] ?? letter)
      .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()
  );
}

/** Umlauts are written with and without their e: Mueller, Müller and Muller are one. */
export const withoutUmlautE = (folded: string): string => folded.replaceAll(/([aou])e/g, '$1');

const CLASSES: Readonly<Record<string, string>> = {
  ...{ b: 'p', p: 'p', f: 'f', v: 'f', w: 'f', c: 'k', g: 'k', j: 'k', k: 'k', q: 'k', x: 'k', s: 's', z: 's' },
  ...{ d: 't', t: 't', l: 'l', m: 'n', n: 'n', r: 'r' },
};

/** How a folded name sounds, roughly: its first letter's class and its next consonants. Spelling changes of one sound keep it. */
export function sound(folded: string): string {
  const letters = folded.replaceAll(' ', '').replaceAll(/ph/g, 'f').replaceAll(/[cs]h/g, 's').replaceAll(/ck/g, 'k');
  let out = '';
  let last = '';
  for (const letter of letters) {
    const code = CLASSES[letter] ?? (out === '' ? (/[aeiouyh]/.test(letter) ? 'a' : letter) : '');
    if (code !== '' && code !== last) out += code;
    last = code;
    if (out.length === 5) break;
  }
  return out;
}
