import { Webhook } from 'standardwebhooks';

import type { OutgoingMessage } from '../../services/conversations/outgoing-message.ts';
import { CHANNEL_FAILURES, type DeliveryFailure } from '../../values/vocabulary.ts';
import {
  RefusedUrl,
  TookTooLong,
  Unreachable,
  type OutboundAnswer,
  type OutboundHttp,
} from '../outbound/outbound-http.ts';
import { SendFailure, type ChannelSender, type SendResult } from './channel-sender.ts';
import { readRetryAfter } from './retry-after.ts';

/** Where the bridge is and what signs for it. */
export interface BridgeSettings {
  readonly url: string;
  /** In the form of Standard Webhooks, `whsec_…`. */
  readonly secret: string;
}

const LONGEST_PROVIDER_ID = 500;

/** Posts messages to a system that speaks the medium, signed by the rules of Standard Webhooks. docs/sending.md is its contract. */
export function bridgeSender(http: OutboundHttp, bridge: BridgeSettings): ChannelSender {
  const webhook = new Webhook(bridge.secret);
  return {
    async send(message) {
      const at = new Date();
      const body = JSON.stringify(toPayload(message, at));
      // The id stays over all tries, so that the receiver knows a repeat; clock and signature are each try's own.
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'Punos',
        'webhook-id': message.messageId,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        'webhook-signature': webhook.sign(message.messageId, at, body),
      };
      return readAnswer(await http.post(bridge.url, headers, body).catch(translate), at);
    },
  };
}

const toPayload = (message: OutgoingMessage, at: Date) => ({
  type: 'message.send',
  timestamp: at.toISOString(),
  data: {
    messageId: message.messageId,
    conversationId: message.conversationId,
    reference: message.reference,
    channel: message.inbox.channel,
    inboxId: message.inbox.id,
    inbox: message.inbox.externalId,
    from: message.inbox.address,
    to: message.to,
    isPublic: message.isPublic,
    subject: message.subject,
    text: message.text,
    attachments: message.attachments.map(({ id, filename, contentType, sizeBytes, url }) => ({
      ...{ id, filename, contentType, sizeBytes, url },
    })),
    authorKind: message.authorKind,
    writtenAt: message.writtenAt.toISOString(),
  },
});

function translate(error: unknown): never {
  if (error instanceof TookTooLong) throw new SendFailure('timed_out', { cause: error });
  if (error instanceof Unreachable) throw new SendFailure('channel_down', { cause: error });
  if (error instanceof RefusedUrl)
    throw new SendFailure('not_configured', {
      isFinal: true,
      text: 'The URL of the bridge has a scheme, a port or a password that Punos does not use.',
      cause: error,
    });
  throw error;
}

/** Only 2xx is success. What another try cannot mend is final: 400, 410, 413, 415 and 422. */
function readAnswer(answer: OutboundAnswer, at: Date): SendResult {
  const { status } = answer;
  const told = readTold(answer.body);
  if (status >= 200 && status < 300) {
    const providerId = typeof told['externalId'] === 'string' ? told['externalId'] : '';
    return {
      state: told['state'] === 'delivered' ? 'delivered' : 'sent',
      ...(isStorable(providerId) ? { providerId } : {}),
    };
  }
  const text = `HTTP ${status} ${typeof told['text'] === 'string' ? told['text'] : answer.body}`;
  const retryAfterMs = readRetryAfter(answer.retryAfter, at);
  if (status === 410) throw new SendFailure('not_configured', { isFinal: true, isGone: true, text });
  if (status === 413) throw new SendFailure('too_long', { isFinal: true, text });
  if (status === 400 || status === 415 || status === 422)
    throw new SendFailure(wordOf(told['reason']) ?? 'rejected', { isFinal: true, text });
  if (status === 429) throw new SendFailure('rate_limited', { retryAfterMs, text });
  if (status >= 300 && status < 400) throw new SendFailure('not_configured', { text });
  if (status === 401 || status === 403 || status === 404) throw new SendFailure('not_configured', { text });
  throw new SendFailure('channel_down', { retryAfterMs, text });
}

const isStorable = (text: string) =>
  text !== '' && text.length <= LONGEST_PROVIDER_ID && !text.includes('\0') && text.isWellFormed();

const wordOf = (told: unknown): DeliveryFailure | undefined =>
  CHANNEL_FAILURES.find((word) => word === String(told).toLowerCase());

function readTold(body: string): Record<string, unknown> {
  try {
    const told: unknown = JSON.parse(body);
    return told !== null && typeof told === 'object' ? (told as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
