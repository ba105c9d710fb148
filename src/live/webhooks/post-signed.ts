import { Webhook } from 'standardwebhooks';

import { RefusedUrl, TookTooLong, Unreachable, type OutboundHttp } from '../../channels/outbound/outbound-http.ts';
import { readRetryAfter } from '../../channels/senders/retry-after.ts';
import type { WebhookOutcome } from '../../values/webhooks.ts';

export interface SignedPost {
  readonly url: string;
  /** Each signs: during a rotation the receiver may know the one or the other. */
  readonly secrets: readonly string[];
  /** Stays over all attempts, so that the receiver knows a repeat. */
  readonly id: string;
  readonly orderingKey: string;
  readonly body: string;
  /** Of this attempt. */
  readonly at: Date;
}

export interface PostOutcome {
  readonly outcome: WebhookOutcome;
  /** Of HTTP. Null: there was no answer. */
  readonly status: number | null;
  readonly responseBytes: number;
  /** How long the receiver asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | null;
}

/** Posts once, by the rules of Standard Webhooks: clock and signatures are each attempt's own. */
export async function postSigned(http: Pick<OutboundHttp, 'post'>, post: SignedPost): Promise<PostOutcome> {
  const { url, secrets, id, orderingKey, body, at } = post;
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'Punos',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
    // Made of ids; encoded all the same, because nothing that was written by others may end a header.
    'punos-ordering-key': encodeURI(orderingKey),
  };
  try {
    const answer = await http.post(url, headers, body);
    return {
      outcome: outcomeOf(answer.status),
      status: answer.status,
      responseBytes: Buffer.byteLength(answer.body),
      retryAfterMs: readRetryAfter(answer.retryAfter, at),
    };
  } catch (error) {
    return { outcome: outcomeOfError(error), status: null, responseBytes: 0, retryAfterMs: null };
  }
}

/** Only 2xx is success. A redirect is a failure: whoever moves registers the new URL. */
function outcomeOf(status: number): WebhookOutcome {
  if (status >= 200 && status < 300) return 'delivered';
  return status === 410 ? 'gone' : 'rejected';
}

function outcomeOfError(error: unknown): WebhookOutcome {
  if (error instanceof TookTooLong) return 'timed_out';
  if (error instanceof RefusedUrl) return 'url_refused';
  if (error instanceof Unreachable) return 'unreachable';
  throw error;
}
