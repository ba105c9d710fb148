import { isUtf8 } from 'node:buffer';

import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';

import { isMoment } from '../../values/moment.ts';
import { Refusal } from '../../values/refusal.ts';
import { htmlText } from './html-text.ts';
import { asWestern, better, isMisread } from './western-text.ts';

/** A mail as Punos reads it. Every text is storable: no NUL, no half characters. */
export interface Mail {
  /** Message-ID without its brackets. Null: the mail has none. */
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  /** References without brackets, the root first. */
  readonly references: readonly string[];
  readonly from: MailAddress | null;
  readonly replyTo: MailAddress | null;
  readonly subject: string | null;
  /** The sender's clock. Null: missing or unreadable. */
  readonly date: Date | null;
  /** All of the text, quoted mail included; of an HTML mail what its reader sees. May be empty. */
  readonly text: string;
  readonly parts: readonly MailPart[];
  /** Values of a header in the order of the mail, by lower-case name. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

interface MailAddress {
  readonly address: string;
  readonly name: string | null;
}

/** A part that is not the text: an attachment, a picture, a mail within the mail, a report. */
interface MailPart {
  readonly filename: string | null;
  readonly contentType: string;
  readonly content: Uint8Array;
}

const DEEPEST_PART = 100;
/** Each line that begins with -- is compared with the boundary of each multipart: so few that no mail can make this dear. */
const MOST_MULTIPARTS = 100;
const MOST_HEADER_BYTES = 262_144;
/** The parser takes microseconds for a line, however short: so many, and one more for every 60 bytes. */
const MOST_SHORT_LINES = 20_000;
const BOUNDARY = /\bboundary\*?\d{0,3}\*?\s?=/gi;
const FLOWED = /\bformat="?flowed/i;
const MOST_REFERENCES = 100;
const LONGEST_ADDRESS = 1_000;
const LONGEST_ID_HEADER = 50_000;
const LONGEST_TEXT = 1_000_000;

/**
 * Reads a raw mail. Whatever else the bytes are, this ends: in time that grows with their number alone, with a mail or with a
 * refusal that says what is too much. How many bytes there may be is the caller's to bound.
 */
export async function readMail(raw: Uint8Array): Promise<Mail> {
  const email = await parse(raw);
  const headers = new Map<string, string[]>();
  for (const { key, value } of email.headers) headers.set(key, [...(headers.get(key) ?? []), clean(value)]);
  return {
    messageId: idsIn(email.messageId)[0] ?? null,
    inReplyTo: idsIn(email.inReplyTo)[0] ?? null,
    references: idsIn(email.references),
    from: addressOf(email.from) ?? addressOf(email.sender),
    replyTo: addressOf(email.replyTo?.[0]),
    // An encoded word may hold line breaks; a subject is one line wherever it goes.
    subject:
      clean(email.subject ?? '')
        .replaceAll(/[\r\n\t]+/g, ' ')
        .trim() || null,
    date: dateOf(email.date),
    text: textOf(email),
    parts: email.attachments.map(partOf),
    headers,
  };
}

async function parse(raw: Uint8Array): Promise<Email> {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (linesIn(bytes) > MOST_SHORT_LINES + bytes.length / 60)
    throw new Refusal('INVALID_INPUT', `This mail has more than ${MOST_SHORT_LINES} short lines.`, ['mail']);
  const multiparts = bytes.toString('latin1').match(BOUNDARY)?.length ?? 0;
  if (multiparts > MOST_MULTIPARTS)
    throw new Refusal('INVALID_INPUT', `This mail has more than ${MOST_MULTIPARTS} groups of parts.`, ['mail']);
  try {
    const email = await parseAsIs(bytes);
    if (![email.text, email.html, email.subject].some(isMisread)) return email;
    const western = await parseAsIs(asWestern(bytes));
    return {
      ...email,
      text: better(email.text, western.text),
      html: better(email.html, western.html),
      subject: better(email.subject, western.subject),
    };
  } catch (error) {
    if (error instanceof Error && /^Maximum /.test(error.message))
      throw new Refusal('INVALID_INPUT', `This mail cannot be read: ${error.message}.`, ['mail']);
    throw error;
  }
}

const parseAsIs = (bytes: Buffer): Promise<Email> =>
  PostalMime.parse(withQuotesApart(inUnicode(bytes)), {
    // A forwarded mail is an attachment, not the sender's text.
    forceRfc822Attachments: true,
    maxNestingDepth: DEEPEST_PART,
    maxHeadersSize: MOST_HEADER_BYTES,
  });

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

/**
 * Flowed text (RFC 3676) joins a line that ends in a space with the next one, but never a quoted line with one that is not: the
 * parser does, and the answer would stand within the quote.
 */
function withQuotesApart(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  if (!FLOWED.test(text)) return bytes;
  const lines = text.split('\n').map((line, at, all) => {
    const next = all[at + 1];
    if (next === undefined || next === '' || line.startsWith('>') === next.startsWith('>')) return line;
    return /^-- \r?$/.test(line) ? line : line.trimEnd();
  });
  return Buffer.from(lines.join('\n'), 'latin1');
}

/** Headers must be ASCII or UTF-8. Where old programs write bytes of Western Europe instead, they are read as such. */
function inUnicode(bytes: Buffer): Buffer {
  const ends = [bytes.indexOf('\r\n\r\n'), bytes.indexOf('\n\n')].filter((at) => at !== -1);
  const head = bytes.subarray(0, Math.min(...ends, bytes.length));
  if (isUtf8(head)) return bytes;
  return Buffer.concat([Buffer.from(new TextDecoder('windows-1252').decode(head)), bytes.subarray(head.length)]);
}

function textOf({ text, html }: Email): string {
  const plain = clean((text ?? '').slice(0, LONGEST_TEXT));
  return (plain.trim() === '' && html ? clean(htmlText(html)) : plain).trim();
}

function addressOf(header: Address | undefined): MailAddress | null {
  const mailbox = header?.group ? header.group[0] : header;
  // Comments, and spaces around an at sign or a dot, are nothing (RFC 5322 4.4); other spaces are quoted, and part of who it is.
  const address = clean(mailbox?.address ?? '')
    .slice(0, LONGEST_ADDRESS)
    .replaceAll(/\([^()]*\)/g, '')
    .split(/([.@])/)
    .map((piece) => piece.trim())
    .join('');
  return address === '' ? null : { address, name: clean(mailbox?.name ?? '').trim() || null };
}

function dateOf(header: string | undefined): Date | null {
  const date = new Date(header ?? '');
  return isMoment(date) ? date : null;
}

function partOf({ filename, mimeType, content }: Attachment): MailPart {
  const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
  return { filename: clean(filename ?? '').trim() || null, contentType: clean(mimeType), content: bytes };
}

/** The ids in a header: what stands between brackets, or, where a program left them out, its words with an @. */
function idsIn(header: string | undefined): string[] {
  const text = clean(header ?? '').slice(0, LONGEST_ID_HEADER);
  const bracketed = [...text.matchAll(/<\s?([^<>\s]{1,400})\s?>/g)].map(([, id]) => id!);
  const ids =
    bracketed.length > 0 ? bracketed : text.split(/\s+/).filter((word) => word.includes('@') && word.length <= 400);
  return [...new Set(ids)].slice(0, MOST_REFERENCES);
}

/** Without NUL and half characters, which no text column takes. */
const clean = (text: string) => text.replaceAll('\0', '').toWellFormed();
