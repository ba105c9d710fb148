import { isUtf8 } from 'node:buffer';

/** What UTF-8 writes for a character that is none, read as a text of Western Europe. */
const MARK = 'ï¿½';
const NAMES_UTF_8 = /(charset\*?\s*=\s*"?|=\?)utf-?8/gi;

/** True where bytes called UTF-8 were none, and nothing in the text speaks for it: the characters are lost in this reading. */
export const isMisread = (text: string | undefined): text is string =>
  text !== undefined && text.includes('\ufffd') && !/[^\p{ASCII}\ufffd]/u.test(text);

/** A reading of the same mail as western text, where that is the better one. */
export const better = (read: string | undefined, western: string | undefined): string | undefined =>
  isMisread(read) && western !== undefined && !western.includes(MARK) && !western.includes('\ufffd') ? western : read;

/** A mail whose texts call themselves UTF-8, or nothing, as texts of Western Europe: programs that lie about their charset mostly write that. */
export function asWestern(bytes: Buffer): Buffer {
  const raw = bytes.toString('latin1');
  const renamed = raw.replaceAll(NAMES_UTF_8, '$1windows-1252');
  if (renamed !== raw) return Buffer.from(renamed, 'latin1');
  return isUtf8(bytes) ? bytes : Buffer.from(new TextDecoder('windows-1252').decode(bytes));
}
