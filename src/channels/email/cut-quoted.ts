import {
  beginsLikeAttribution,
  endsWithColon,
  hasDateEarly,
  isAttribution,
  lineKind,
  type LineKind,
} from './line-kinds.ts';

/** A mail's text, taken apart. */
interface CutText {
  /** What the sender wrote, without quoted mail and signature. Empty when nothing but those is there. */
  readonly text: string;
  /** The signature below it, with what telephones add; empty: none. */
  readonly signature: string;
}

/** A program wraps "On … wrote:" over at most this many lines. */
const MOST_WRAPPED_LINES = 5;
const MOST_SIGNATURE_LINES = 10;
const LEAST_HEADERS = 3;

interface Line {
  readonly text: string;
  readonly kind: LineKind;
}

/**
 * The sender's own words of a reply. Answers between quoted lines keep them: without the question "yes, please" says nothing.
 *
 * Time grows with the length of the text alone: each line is read a fixed number of times, and only its beginning.
 */
export function cutQuoted(mail: string): CutText {
  const lines = readLines(withoutWrapping(mail));
  // First, because the mark of a signature may stand below the quote as well as above it.
  const agreed = signatureBegins(lines, isAgreedMark);
  const own = withoutQuote(lines.slice(0, agreed));
  const lastQuote = own.findLastIndex(({ kind }) => kind === 'quote');
  // Below what a telephone adds stands the mail it answers, even where nothing marks it as quoted.
  const drawn = signatureBegins(own, (_, at) => isDrawnMark(own, at) || (own[at]!.kind === 'device' && at > lastQuote));
  const words = withoutEnd(own.slice(0, drawn));
  const below = lines.slice(agreed);
  const signature = [...words.filter(isDevice), ...own.slice(drawn), ...below.slice(0, quoteBegins(below))];
  return {
    text: joined(words.filter((line) => !isDevice(line))),
    signature: signature.some(isWords) ? joined(signature) : '',
  };
}

const joined = (lines: readonly Line[]) =>
  lines
    .map(({ text }) => text)
    .join('\n')
    .replace(/^\s*\n/u, '')
    .trimEnd();

/** Line ends as \n, without what wraps a whole mail: PGP markers. */
function withoutWrapping(mail: string): string {
  const text = mail.replaceAll('\r\n', '\n').replaceAll('\r', '\n').trim();
  if (!text.includes('-----BEGIN PGP')) return text;
  const begin = text.startsWith('-----BEGIN PGP SIGNED MESSAGE-----') ? text.indexOf('\n\n') : 0;
  const signature = text.indexOf('\n-----BEGIN PGP SIGNATURE-----');
  return text.slice(Math.max(begin, 0), signature === -1 ? undefined : signature).trim();
}

function readLines(mail: string): Line[] {
  const texts = mail.split('\n');
  const lastFence = texts.lastIndexOf('```');
  const lines: Line[] = [];
  while (lines.length < texts.length) {
    const at = lines.length;
    const text = texts[at]!;
    const fence = text.startsWith('```') && at < lastFence ? texts.indexOf('```', at + 1) : -1;
    if (fence !== -1) {
      // What stands in a block of code is no signature, whatever it looks like.
      for (const code of texts.slice(at, fence + 1)) lines.push({ text: code, kind: 'text' });
      continue;
    }
    const wrapped = wrappedAttribution(texts, at);
    if (wrapped > 0) {
      for (const part of texts.slice(at, at + wrapped)) lines.push({ text: part, kind: 'attribution' });
      continue;
    }
    lines.push({ text, kind: lineKind(text) });
  }
  return lines;
}

/** How many lines from here on make one "On … wrote:"; 0: it is none, or it stands on one line. */
function wrappedAttribution(texts: readonly string[], at: number): number {
  const first = texts[at]!;
  if (first.length > 200 || first.trimStart().startsWith('>') || isAttribution(first)) return 0;
  const hasOn = beginsLikeAttribution(first);
  const hasDate = hasDateEarly(first);
  if (!hasOn && !hasDate && !first.includes('@')) return 0;
  let text = first.trim();
  for (let count = 2; count <= MOST_WRAPPED_LINES && at + count <= texts.length; count += 1) {
    const next = texts[at + count - 1]!.trim();
    // Only a date that "On" precedes is sure enough to look for the rest below an empty line.
    if (next.length > 200 || next.startsWith('>>') || (next === '' && !(hasOn && hasDate))) return 0;
    text += ` ${next}`;
    if (endsWithColon(next) && isAttribution(text)) return count;
    if (!hasOn && count === 3) return 0;
  }
  return 0;
}

/** The lines that are the sender's own, and the quoted ones between them. */
function withoutQuote(lines: readonly Line[]): Line[] {
  const own = answerBelow(lines) ?? lines.slice(0, quoteBegins(lines));
  return own.some(isWords) ? own.filter(({ kind }) => kind !== 'attribution') : own;
}

/** Without the empty and quoted lines at the end; a mail that is nothing but a quote keeps it. */
function withoutEnd(own: readonly Line[]): Line[] {
  const hasWords = own.some(isWords);
  return own.slice(0, 1 + own.findLastIndex(({ kind }) => kind !== 'empty' && !(hasWords && kind === 'quote')));
}

const isDevice = ({ kind }: Line) => kind === 'device';
const isWords = ({ kind }: Line) => kind === 'text' || kind === 'header' || kind === 'device';

/** Where "On … wrote:" is the beginning and all that is quoted stands above the answer. */
function answerBelow(lines: readonly Line[]): Line[] | null {
  const first = lines.find(({ kind }) => kind !== 'empty');
  if (first?.kind !== 'attribution') return null;
  const words = lines.findIndex(isWords);
  const lastQuote = lines.findLastIndex(({ kind }) => kind === 'quote');
  return lastQuote !== -1 && words > lastQuote ? lines.slice(words) : null;
}

/** The line from which on nothing is the sender's own. A mail that begins with a quote has none before it, so that is no end. */
function quoteBegins(lines: readonly Line[]): number {
  const words = lines.findIndex(isWords);
  if (words === -1) return lines.length;
  const lastText = lines.findLastIndex(({ kind }) => kind === 'text');
  for (let at = words + 1; at < lines.length; at += 1) {
    const { kind } = lines[at]!;
    if (kind === 'original' || (kind === 'header' && isHeaderBlock(lines, at))) return at;
    if (kind === 'attribution' && !isAnswered(lines, at, lastText)) return at;
  }
  return lines.length;
}

/** "From:", "To:" and "Subject:" close together. */
function isHeaderBlock(lines: readonly Line[], at: number): boolean {
  let headers = 0;
  let others = 0;
  for (const { kind } of lines.slice(at, at + 12)) {
    if (kind === 'header') headers += 1;
    else if (kind === 'text') others += 1;
    // A long list of recipients is wrapped; two lines between labels are another text.
    if (others > 2) break;
    if (headers >= LEAST_HEADERS) return true;
  }
  return false;
}

/** True where quoted lines follow the attribution and words follow those: the sender answers between them. */
function isAnswered(lines: readonly Line[], at: number, lastText: number): boolean {
  let next = at + 1;
  while (lines[next]?.kind === 'empty' || lines[next]?.kind === 'attribution') next += 1;
  return lines[next]?.kind === 'quote' && lastText > next;
}

/** Where a signature begins below the sender's words; the number of lines: there is none. */
function signatureBegins(lines: readonly Line[], isMark: (lines: readonly Line[], at: number) => boolean): number {
  const words = lines.findIndex(isWords);
  if (words === -1) return lines.length;
  const mark = lines.findIndex((_, at) => at > words && isMark(lines, at));
  return mark === -1 ? lines.length : mark;
}

const isAgreedMark = (lines: readonly Line[], at: number) =>
  lines[at]!.kind === 'delimiter' && ['--', '—'].includes(lines[at]!.text.trim());

/** Other drawn lines are a mark only above what looks like a signature: people also draw between paragraphs. */
function isDrawnMark(lines: readonly Line[], at: number): boolean {
  if (lines[at]!.kind !== 'delimiter') return false;
  const tail = lines.slice(at + 1, at + 60).filter(({ kind }) => kind !== 'empty');
  return (
    tail.length <= MOST_SIGNATURE_LINES && tail.every(({ kind, text }) => kind !== 'delimiter' && !isSentence(text))
  );
}

const isSentence = (text: string) => /[.!?]\s*$/u.test(text.slice(-3)) && text.split(/\s+/u, 6).length > 5;
