import { createHash } from 'node:crypto';

import type { HookItem } from '../../services/intake/hook-item.ts';
import { Refusal } from '../../values/refusal.ts';
import type { DeliveryFailure } from '../../values/vocabulary.ts';
import type { HookBody } from '../channel-dialect.ts';
import { ourMessageId } from './our-message-id.ts';
import { classifyMail } from './classify-mail.ts';
import { cutQuoted } from './cut-quoted.ts';
import { readMail, type Mail } from './read-mail.ts';

const LONGEST_TEXT = 100_000;
const LONGEST_SUBJECT = 500;
const LONGEST_NAME = 200;
/** The reply stands near the beginning; what is quoted below may be a year of mails. */
const READ_CHARACTERS = 200_000;
const MOST_ANSWERS = 20;
/** A mail may have thousands of parts; nobody looks at so many. */
const MOST_FILES = 100;
const DAY_MS = 86_400_000;

/** The dialect of a mail server: one raw mail (RFC 5322) as the body. docs/email.md describes it. */
export async function readMailHook({ bytes, receivedAt }: HookBody): Promise<readonly HookItem[]> {
  const mail = await readMail(bytes);
  const { kind, about } = classifyMail(mail);
  if (kind === 'message')
    return [{ type: 'message', message: readMessage(mail, bytes, receivedAt), files: filesOf(mail) }];
  const messageId = about?.messageIds.map(ourMessageId).find((id) => id !== null);
  if (kind !== 'bounce' || !about || !messageId) return [{ type: 'ignored', reason: kind }];
  const report = {
    messageId,
    state: 'failed' as const,
    failure: failureOf(about.status),
    failureText: about.diagnostic,
    occurredAt: momentOf(mail, receivedAt),
  };
  return [{ type: 'delivery', report, elseIgnore: kind }];
}

function readMessage(mail: Mail, bytes: Uint8Array, receivedAt: Date) {
  const { from } = mail;
  if (!from)
    throw new Refusal('INVALID_INPUT', 'The mail names no sender. A mail needs a From with an address.', ['from']);
  // A redelivery of a mail without an id is the same bytes.
  const externalId = mail.messageId ?? hashOf(bytes);
  const text = ownText(mail);
  return {
    externalId,
    // Anybody may write somebody else's Message-ID, and some programs write one twice. What mail servers add on the way is no other mail.
    otherwiseId: hashOf(JSON.stringify([externalId, from.address, text])),
    sender: {
      kind: 'email' as const,
      value: from.address,
      displayName: from.name?.slice(0, LONGEST_NAME).toWellFormed() ?? null,
    },
    text,
    fullText: text === mail.text ? null : mail.text.slice(0, LONGEST_TEXT).toWellFormed(),
    occurredAt: momentOf(mail, receivedAt),
    subject: mail.subject?.slice(0, LONGEST_SUBJECT).toWellFormed() ?? null,
    // The first mail of a thread names none before it, and every later one names the first.
    threadId: mail.references[0] ?? mail.inReplyTo ?? externalId,
    answers: answersOf(mail),
  };
}

const hashOf = (content: Uint8Array | string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** What hangs on the mail, pictures of its HTML too. */
const filesOf = ({ parts }: Mail) =>
  parts.slice(0, MOST_FILES).map(({ filename, contentType, content }) => ({ filename, contentType, bytes: content }));

/** What an enhanced status code (RFC 3463) means to whoever sent the mail. */
function failureOf(status: string | null): DeliveryFailure {
  if (/^5\.1\.|^5\.2\.1$/.test(status ?? '')) return 'address_rejected';
  return /^[45]\.4\.7$/.test(status ?? '') ? 'timed_out' : 'rejected';
}

/** What the mail answers, the nearest first. Our own mails are called by the id of their message. */
function answersOf({ inReplyTo, references }: Mail): string[] {
  const ids = [...(inReplyTo ? [inReplyTo] : []), ...references.toReversed()].slice(0, MOST_ANSWERS);
  return [...new Set(ids.map((id) => ourMessageId(id) ?? id))];
}

/** What the sender wrote. A mail that is nothing but quoted text (a forwarded one) or a subject says it with that. */
function ownText({ text, subject, parts }: Mail): string {
  const own = cutQuoted(text.slice(0, READ_CHARACTERS)).text;
  const said = [own, text, subject ?? ''].find((candidate) => candidate.trim() !== '');
  return (said ?? (parts.length > 0 ? '[attachment]' : '[empty mail]')).slice(0, LONGEST_TEXT).toWellFormed();
}

/** The sender's clock, unless it is broken. */
function momentOf({ date }: Mail, receivedAt: Date): Date {
  const isPlausible = date !== null && date.getTime() >= 0 && date.getTime() <= receivedAt.getTime() + DAY_MS;
  return isPlausible ? date : receivedAt;
}
