import { RefusedUrl, type OutboundHttp } from '../../channels/outbound/outbound-http.ts';
import type { CheckWebhook } from '../../services/partners/webhook-endpoint.ts';
import { Refusal } from '../../values/refusal.ts';
import { readWebhook, type SubscriptionParts } from './webhook-subscription.ts';

/**
 * Whether what is registered could work at all. Of the URL only what it says itself: no name is looked up and nobody is asked, so that
 * registering tells nothing of our network.
 */
export function webhookCheck(parts: SubscriptionParts & { readonly http: Pick<OutboundHttp, 'judge'> }): CheckWebhook {
  return async (scope, { url, document, variables }, viewer) => {
    try {
      parts.http.judge(url);
    } catch (error) {
      if (!(error instanceof RefusedUrl)) throw error;
      throw new Refusal(
        'INVALID_INPUT',
        'A webhook goes to an `https:` URL of the internet, on a port for the web, without a name and password in it.',
        ['input', 'url'],
      );
    }
    await readWebhook(parts, { db: scope.db, viewer, now: scope.now }, { document, variables });
  };
}
