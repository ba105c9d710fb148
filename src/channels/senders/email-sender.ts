import { isIP } from 'node:net';
import type { Readable } from 'node:stream';

import type { OutgoingFile, OutgoingMessage } from '../../services/conversations/outgoing-message.ts';
import { createTransport, type SendMailOptions } from 'nodemailer';

import { RefusedUrl, Unreachable, type OutboundHttp } from '../outbound/outbound-http.ts';
import { SendFailure, type ChannelSender } from './channel-sender.ts';

/** A mail server that takes our mail. */
export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** True: TLS from the first byte (port 465). False: STARTTLS where the server offers it. */
  readonly isSecure: boolean;
  readonly user: string | null;
  readonly password: string | null;
  /** True: told by the operator, so any address is fine. False: told over the graph, so the address is checked. */
  readonly isTrusted: boolean;
}

export interface EmailSender extends ChannelSender {
  close(): void;
}

/** Ports on which mail servers take mail. Others would make a port scanner of us. */
const MAIL_PORTS = new Set([25, 465, 587, 2525]);
const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;

/** Sends by SMTP over a few kept connections. */
export async function openEmailSender(http: OutboundHttp, smtp: SmtpSettings): Promise<EmailSender> {
  const host = smtp.isTrusted ? smtp.host : await checkedHost(http, smtp);
  const transport = createTransport({
    host,
    port: smtp.port,
    secure: smtp.isSecure,
    // A checked address has no name of its own that a certificate could be compared with.
    tls: isIP(smtp.host) ? {} : { servername: smtp.host },
    ...(smtp.user ? { auth: { user: smtp.user, pass: smtp.password ?? '' } } : {}),
    pool: true,
    maxConnections: 4,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(message) {
      const mail = toMail(message);
      const attachments: (Pick<OutgoingFile, 'filename' | 'contentType'> & { readonly content: Readable })[] = [];
      try {
        for (const { filename, contentType, open } of message.attachments)
          attachments.push({ filename, contentType, content: await open() });
        await transport.sendMail({ ...mail, attachments }).catch((error: unknown) => {
          throw toFailure(error as SmtpError);
        });
        return { state: 'sent' };
      } finally {
        for (const { content } of attachments) content.destroy();
      }
    },
    close: () => transport.close(),
  };
}

async function checkedHost(http: OutboundHttp, { host, port }: SmtpSettings): Promise<string> {
  try {
    return await http.addressOf(host, port, MAIL_PORTS);
  } catch (error) {
    if (error instanceof Unreachable) throw new SendFailure('channel_down', { cause: error });
    const text = 'Mail servers listen on the ports 25, 465, 587 or 2525.';
    throw error instanceof RefusedUrl ? new SendFailure('not_configured', { isFinal: true, text }) : error;
  }
}

/** The mail of a message: threaded by its headers, and by the reference in its subject where a mail program drops those. */
export function toMail(message: OutgoingMessage): SendMailOptions {
  const { inbox, reference, authorKind } = message;
  const from = inbox.address;
  const domain = from && ADDRESS.exec(from)?.[1];
  if (!domain)
    throw new SendFailure('not_configured', { isFinal: true, text: 'The inbox has no e-mail address to send from.' });
  if (!ADDRESS.test(message.to)) throw new SendFailure('address_rejected', { isFinal: true });
  const thread = threadOf(message, domain);
  return {
    messageId: `<${message.messageId}@${domain}>`,
    from: { name: headerText(inbox.brand ?? inbox.name, 100), address: from },
    replyTo: { name: '', address: from },
    to: { name: '', address: message.to },
    envelope: { from, to: [message.to] },
    subject: subjectOf(message.subject, reference),
    date: message.writtenAt,
    text: message.text,
    ...(thread.length > 0 ? { inReplyTo: thread.at(-1)!, references: [...thread] } : {}),
    headers: {
      // Machines are told that no person wrote this, so that two of them do not answer each other for ever (RFC 3834).
      ...(authorKind === 'agent' ? {} : { 'Auto-Submitted': 'auto-replied' }),
      // Mail programs show it as a button; what they send is a word that we obey (RFC 2369).
      ...(message.isAdvertising
        ? { 'List-Unsubscribe': `<mailto:${encodeURI(from)}?subject=unsubscribe&body=unsubscribe>` }
        : {}),
    },
  };
}

/** One address and nothing else: no name, list, comment, route or line break that could make two of it. */
const ADDRESS = /^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@([^\s@<>()[\]\\,;:"\p{Cc}]{1,255})$/u;
const LONGEST_SUBJECT = 200;
const LONGEST_THREAD = 20;

function subjectOf(subject: string | null, reference: string): string {
  const bare = headerText(subject ?? '', LONGEST_SUBJECT).replace(/^(?:re\s*:\s*)+/i, '');
  const about = bare === '' ? 'Your message' : bare;
  return about.includes(reference) ? `Re: ${about}` : `Re: ${about} [${reference}]`;
}

/** A text as a header may carry it: one line, without a character that ends or bends it. */
const headerText = (text: string, longest: number): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, longest)
    .toWellFormed();

/** Message-IDs of the thread, its root first and the mail that is answered last. */
function threadOf({ earlier }: OutgoingMessage, domain: string): string[] {
  const ids = earlier.flatMap(({ messageId, externalId, isOurs }) => {
    if (isOurs) return [`<${messageId}@${domain}>`];
    const id = externalId?.replace(/^<|>$/g, '') ?? '';
    return /^[\x21-\x7e]{1,250}$/.test(id) && !/[<>,;"\\()]/.test(id) && id.includes('@') ? [`<${id}>`] : [];
  });
  return ids.length <= LONGEST_THREAD ? ids : [ids[0]!, ...ids.slice(1 - LONGEST_THREAD)];
}

interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
  readonly response?: string;
}

function toFailure(error: SmtpError): SendFailure {
  const { code, responseCode = 0, command, response } = error;
  const text = response ?? null;
  if (code === 'EAUTH') return new SendFailure('not_configured', { text, cause: error });
  if (code === 'ETIMEDOUT') return new SendFailure('timed_out', { cause: error });
  if (responseCode === 552) return new SendFailure('too_long', { isFinal: true, text, cause: error });
  if (responseCode >= 500) {
    const failure = command === 'RCPT TO' || code === 'EENVELOPE' ? 'address_rejected' : 'rejected';
    return new SendFailure(failure, { isFinal: true, text, cause: error });
  }
  if (responseCode === 452) return new SendFailure('rate_limited', { text, cause: error });
  return new SendFailure('channel_down', { text, cause: error });
}
