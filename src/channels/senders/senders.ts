import type { Outgoing } from '../../services/conversations/outgoing-message.ts';
import { openOutboundHttp, type OutboundSettings } from '../outbound/outbound-http.ts';
import { bridgeSender } from './bridge-sender.ts';
import type { ChannelSender } from './channel-sender.ts';
import { openEmailSender, type EmailSender, type SmtpSettings } from './email-sender.ts';

export interface Senders {
  /** What carries this message. Null: nothing of ours; others listen to our events and report. Throws SendFailure. */
  senderOf(outgoing: Outgoing): Promise<ChannelSender | null>;
  close(): Promise<void>;
}

/** Mail servers are looked up again after this long: names move to other addresses. */
const KEPT_MS = 300_000;

/** `smtpUrl` serves the e-mail inboxes without a mail server of their own: `smtp://user:password@host:587`, `smtps:` for TLS from the start. */
export function openSenders(settings: OutboundSettings & { readonly smtpUrl: string | undefined }): Senders {
  const http = openOutboundHttp(settings);
  const shared = settings.smtpUrl === undefined ? null : readSmtpUrl(settings.smtpUrl);
  const mailers = new Map<string, { readonly sender: Promise<EmailSender>; readonly openedAt: number }>();

  const mailerOf = (smtp: SmtpSettings): Promise<EmailSender> => {
    const name = JSON.stringify(smtp);
    const kept = mailers.get(name);
    if (kept && performance.now() - kept.openedAt < KEPT_MS) return kept.sender;
    void kept?.sender.then((old) => old.close()).catch(() => undefined);
    const sender = openEmailSender(http, smtp);
    mailers.set(name, { sender, openedAt: performance.now() });
    // A failed look-up is not kept: the next try asks again.
    sender.catch(() => mailers.delete(name));
    return sender;
  };

  return {
    async senderOf({ sendsBy, bridge, credentials }) {
      if (bridge) return bridgeSender(http, bridge);
      const smtp = sendsBy === 'email' ? (readSmtpCredentials(credentials) ?? shared) : null;
      return smtp && mailerOf(smtp);
    },
    async close() {
      for (const { sender } of mailers.values()) await sender.then((open) => open.close()).catch(() => undefined);
      await http.close();
    },
  };
}

/** The mail server that an inbox names for itself: `smtpHost`, `smtpPort`, `smtpSecure`, `smtpUser`, `smtpPassword`. Null: it names none. */
function readSmtpCredentials(credentials: Readonly<Record<string, string>>): SmtpSettings | null {
  const { smtpHost, smtpPort, smtpSecure, smtpUser, smtpPassword } = credentials;
  if (!smtpHost) return null;
  const isSecure = smtpSecure === 'true';
  return {
    host: smtpHost,
    port: Number(smtpPort) || (isSecure ? 465 : 587),
    isSecure,
    user: smtpUser ?? null,
    password: smtpPassword ?? null,
    isTrusted: false,
  };
}

function readSmtpUrl(text: string): SmtpSettings {
  const url = new URL(text);
  const isSecure = url.protocol === 'smtps:';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (isSecure ? 465 : 587),
    isSecure,
    user: url.username === '' ? null : decodeURIComponent(url.username),
    password: url.password === '' ? null : decodeURIComponent(url.password),
    isTrusted: true,
  };
}
