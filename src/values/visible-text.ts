/** What nobody sees, and what turns the direction of a line: with it one text looks like another. */
const UNSEEN = /\p{DI}/gu;

/** A text that is no prose, as it is seen: programs put such characters around addresses and numbers that are copied from them. */
export const visibleText = (text: string): string => text.replaceAll(UNSEEN, '').trim();

/** Whether there is something in the middle of a text that is not seen. */
export const hasUnseen = (text: string): boolean =>
  text.replaceAll(/^[\s\p{DI}]+|[\s\p{DI}]+$/gu, '').search(/[\p{DI}\p{Cc}\p{Zl}\p{Zp}]/u) >= 0;

/** Letters of these change their form by a joiner: in their names it is spelling. */
const JOINING = [
  ...[
    'Arabic',
    'Syriac',
    'Mongolian',
    'Nko',
    'Devanagari',
    'Bengali',
    'Gurmukhi',
    'Gujarati',
    'Oriya',
    'Tamil',
    'Telugu',
  ],
  ...['Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar', 'Tibetan'],
].map((script) => `\\p{Script=${script}}`);
const PICTURE = '\\p{Extended_Pictographic}';
const JOINER = `(?<=[${JOINING.join('')}])[\\u200C\\u200D](?=[${JOINING.join('')}])|(?<=${PICTURE}\\uFE0F?\\p{EMod}?)\\u200D(?=${PICTURE})`;
/** The form of the character before them, which alone they cannot change into another. */
const FORM = '(?<=[\\p{L}\\p{N}\\p{S}])[\\uFE0E\\uFE0F\\u180B-\\u180D\\u{E0100}-\\u{E01EF}]';
const NO_PART_OF_A_NAME = new RegExp(`(${JOINER}|${FORM})|[\\p{DI}\\p{Co}]`, 'gu');

/**
 * A name as it is read, in one line: without characters that nobody sees or that turn the direction of what stands beside them. Joiners stay where
 * the script has them. Null: nothing of it is to be seen.
 */
export function visibleName(name: string | null | undefined): string | null {
  const visible = (name ?? '')
    .replaceAll(NO_PART_OF_A_NAME, (_, kept: string | undefined) => kept ?? '')
    .replaceAll(/\s*[\p{Cc}\p{Zl}\p{Zp}]+\s*/gu, ' ')
    .trim();
  return visible === '' ? null : visible;
}

/** An address as it is read on a label: each line of it as a name is. */
export const visibleAddress = <A extends object>(address: A): A =>
  Object.fromEntries(
    Object.entries(address).map(([part, text]) => [part, typeof text === 'string' ? visibleLines(text) : text]),
  ) as A;

function visibleLines(text: string): string | null {
  const visible = text.split(/\r\n?|\n/).flatMap((line) => visibleName(line) ?? []);
  return visible.length === 0 ? null : visible.join('\n');
}
