import { detect } from 'tinyld';

const SHORTEST = 20;
const READ_CHARACTERS = 500;

/** The language of a text (ISO 639-1), or null when it is too short to tell: "Hei, kiitos" looks Finnish and is Swedish slang too. */
export function detectLanguage(text: string): string | null {
  const beginning = text.slice(0, READ_CHARACTERS);
  return beginning.length < SHORTEST ? null : detect(beginning) || null;
}
