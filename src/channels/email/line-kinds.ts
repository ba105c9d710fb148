import { MAIL_PHRASES, type MailPhrases } from './mail-phrases.ts';

/**
 * What a line of a mail is.
 * `attribution` announces a quote ("On … wrote:"), `original` does it between dashes, `header` is one of "From: … Subject: …",
 * `device` is what a telephone added, `delimiter` is drawn with dashes and the like.
 */
export type LineKind = 'empty' | 'quote' | 'attribution' | 'original' | 'header' | 'device' | 'delimiter' | 'text';

/** Longer lines are text or quotes: nothing that announces a quote is that long, and no expression below reads further. */
const LONGEST_TOLD = 600;

const rows = Object.values(MAIL_PHRASES);
const anyOf = (of: (row: MailPhrases) => readonly string[]) => [...new Set(rows.flatMap(of))].join('|');

const ON = new RegExp(`^(?:(?:${anyOf((row) => row.on ?? [])})[\\s,]|[在于於])`, 'iu');
const WROTE = `(?:${anyOf((row) => row.wrote)})`;
// Chinese, Japanese and Korean write no space before it.
const BEFORE_WROTE = `(?:^|[\\s>)"'\\]】]|(?<=[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Hangul}]))`;
const WROTE_AT_END = new RegExp(`${BEFORE_WROTE}${WROTE}$`, 'iu');
const WROTE_WITHIN = new RegExp(`\\s${WROTE}\\s`, 'iu');
const HEADER = new RegExp(`^(?:${anyOf((row) => row.headers)})[\\s\\u00a0]?\\*{0,2}[\\s\\u00a0]?[:：]`, 'iu');
const ORIGINAL_WORDS = `(?:${anyOf((row) => row.original)})`;
const ORIGINAL = new RegExp(
  `^[*]?(?:[-_=–—]{2,40}\\s?${ORIGINAL_WORDS}\\s?[-_=–—:]{1,40}|${ORIGINAL_WORDS}\\s?:)[*]?$`,
  'iu',
);
const FORWARDED =
  /^(?:begin forwarded message|reply message|début du message (?:transféré|réexpédié)|anfang der weitergeleiteten (?:nachricht|e-mail)|inizio messaggio inoltrato|inicio del mensaje reenviado|välitetty viesti alkaa|vidarebefordrat brev)\s?:?$/iu;
const SENT_FROM = new RegExp(`^(?:${anyOf((row) => row.sentFrom)})`, 'iu');
const DEVICE_AT_END =
  /^(?:diese nachricht wurde von|von meinem) .{1,80} (?:gesendet|geschickt)\.?$|^\p{L}{1,30} from (?:my )?mobile$|^.{1,30}(?:から送信|에서 보냄|gönderildi)$/iu;
const DEVICE =
  /i-?(?:phone|pad|pod)|android|samsung|galaxy|mobil|phone|handy|outlook|mail|blackberry|huawei|xiaomi|nokia|pixel|windows|tablet|yahoo|gmx|proton|spark|https?:|телефон|手机|手機|\bcell\b|\b(?:from|von|desde|depuis|fra|från|vanaf|da|do) (?:my|mein|mi|mon|min|mijn|mio|meu)/iu;

const DATE = /\b(?:19|20)\d\d\b|\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}|\d{1,2}[:.h]\d\d|\d{1,4}\s?[年月日]/u;
const YEAR = /\b(?:19|20)\d\d\b/u;
const ADDRESS = /[^\s<>()"@]{1,64}@[\w-]{1,63}/u;
const ADDRESS_AT_END = /[<([]\s?[^\s<>()"@]{1,64}@[\w.-]{1,190}\s?[>)\]]\s?[:：]?$/u;
const ISO_DATE_AND_NAME = /^20\d\d-\d\d-\d\d \d{1,2}:\d\d GMT[+-]\d\d:\d\d [\p{L}\s.]{1,80}$/u;
const VIA = /^.{1,150} via .{1,150} (?:wrote|schrieb|a écrit|escribió)$/iu;
const POSTED_BY = /^Posted by .{1,100} on \d\d\/\d\d\/\d{4}$/iu;
// Some programs put the initials of who is quoted before it.
const QUOTE = /^[A-Za-z]{0,3}>/u;
const DELIMITER = /^[-_,=+~#*ᐧ—–]{1,600}$/u;

/** What the line is, read by itself. */
export function lineKind(line: string): LineKind {
  const isLong = line.length > LONGEST_TOLD;
  const text = (isLong ? line.slice(0, LONGEST_TOLD) : line).trim();
  if (text === '') return line.trim() === '' ? 'empty' : 'text';
  if (QUOTE.test(text)) return 'quote';
  if (DELIMITER.test(text)) return 'delimiter';
  if (isLong) return 'text';
  if (ORIGINAL.test(text) || FORWARDED.test(text)) return 'original';
  if (isAttribution(text)) return 'attribution';
  if (isDevice(text)) return 'device';
  return isHeader(text) ? 'header' : 'text';
}

/** True for "On 3 May 2026 at 10:12, Ann <ann@shop.example> wrote:" and its kin in the languages of the table. */
export function isAttribution(line: string): boolean {
  if (line.length > LONGEST_TOLD) return false;
  const text = strip(line, ' \t\u00a0<*_-', ' \t\u00a0*_-');
  const open = strip(text, '', ' \t\u00a0.:：');
  if (open === '') return false;
  if (ISO_DATE_AND_NAME.test(open) || VIA.test(open) || POSTED_BY.test(open)) return true;
  const hasDate = DATE.test(open);
  const hasAddress = open.includes('@') && ADDRESS.test(open);
  if (hasDate && hasAddress && YEAR.test(open) && ADDRESS_AT_END.test(open)) return true;
  if (!hasDate && !hasAddress && !(beginsLikeAttribution(text) && /\d/u.test(open))) return false;
  const endsWrote = WROTE_AT_END.test(open);
  if (endsWithColon(text)) return endsWrote || ((beginsLikeAttribution(text) || hasAddress) && WROTE_WITHIN.test(open));
  return endsWrote && (hasAddress || beginsLikeAttribution(text));
}

/** True where "On …" may begin. Programs wrap it over several lines. */
export function beginsLikeAttribution(line: string): boolean {
  return ON.test(strip(line.slice(0, 60), ' \t\u00a0<>*_-', ''));
}

/** True where an attribution of a language without "On" may begin: it has the date first. */
export function hasDateEarly(line: string): boolean {
  return DATE.test(line.slice(0, 60));
}

export const endsWithColon = (line: string): boolean => /[:：]$/u.test(line.trimEnd().slice(-1));

export function isHeader(line: string): boolean {
  return HEADER.test(strip(line.slice(0, 60), ' \t\u00a0*>', ''));
}

function isDevice(text: string): boolean {
  if (text.length > 200) return false;
  const plain = strip(text.replaceAll(/\[([^\][]{1,80})\]\([^()]{1,200}\)/gu, '$1'), '(<[ ', ')>] ');
  if (DEVICE_AT_END.test(plain)) return true;
  return plain.split(/\s+/u, 16).length <= 13 && !plain.endsWith('?') && SENT_FROM.test(plain) && DEVICE.test(plain);
}

/** Without these characters at its ends. By hand: an expression that ends in `+$` reads a long run once for each character. */
function strip(text: string, atStart: string, atEnd: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && atStart.includes(text[start]!)) start += 1;
  while (end > start && atEnd.includes(text[end - 1]!)) end -= 1;
  return text.slice(start, end);
}
