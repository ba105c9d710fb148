import { Refusal } from './refusal.ts';
import { visibleName } from './visible-text.ts';

/** A text as the business takes it: not empty, not too long, storable and exactly readable again. Throws INVALID_INPUT. */
export function checkText(text: string, field: readonly string[], longest: number): string {
  const name = field.at(-1) ?? 'text';
  if (text.trim() === '') throw new Refusal('INVALID_INPUT', `\`${name}\` must not be empty.`, field);
  if (text.length > longest)
    throw new Refusal('INVALID_INPUT', `\`${name}\` may have ${longest} characters at most; shorten it.`, field);
  // NUL cannot be stored as text, and half a surrogate pair would come back as another character.
  if (text.includes('\0') || !text.isWellFormed())
    throw new Refusal(
      'INVALID_INPUT',
      `\`${name}\` holds a character that is none (NUL or half a pair); remove it.`,
      field,
    );
  return text;
}

/** A name that people read, as it is seen: in one line, without what makes it look like another one. Throws INVALID_INPUT where nothing is left. */
export const checkName = (name: string, field: readonly string[], longest: number): string =>
  checkText(visibleName(checkText(name, field, longest)) ?? '', field, longest);

/** A text that may be left out; an empty one counts as left out. */
export function checkOptionalText(
  text: string | null | undefined,
  field: readonly string[],
  longest: number,
): string | null {
  return text == null || text.trim() === '' ? null : checkText(text, field, longest);
}
