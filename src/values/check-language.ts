import { checkOptionalText } from './check-text.ts';
import { Refusal } from './refusal.ts';

const LANGUAGE = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i;

/** A BCP 47 tag that may be left out. Throws INVALID_INPUT. */
export function checkOptionalLanguage(tag: string | null | undefined, field: readonly string[]): string | null {
  const language = checkOptionalText(tag, field, 35);
  if (language !== null && !LANGUAGE.test(language))
    throw new Refusal('INVALID_INPUT', '`language` is a BCP 47 tag, for example `fi` or `en-GB`.', field);
  return language;
}
