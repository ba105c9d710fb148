import { randomInt } from 'node:crypto';

/** No I, L, O, U: nobody has to ask whether that was a one or an el. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SPOKEN = /\bC-([0-9A-Z]{6})\b/gi;

/** A new reference of a conversation: `C-` and six characters a customer can say or type on another channel. */
export function newReference(): string {
  let text = 'C-';
  for (let i = 0; i < 6; i += 1) text += ALPHABET[randomInt(ALPHABET.length)]!;
  return text;
}

/** References that a text mentions, as they are stored: upper case, look-alikes read as digits. */
export function referencesIn(text: string): string[] {
  const spoken = [...text.matchAll(SPOKEN)].map(([, rest]) => rest!.toUpperCase());
  return [...new Set(spoken.map((rest) => `C-${rest.replaceAll(/[IL]/g, '1').replaceAll('O', '0')}`))];
}
