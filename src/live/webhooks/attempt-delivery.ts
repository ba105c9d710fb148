import type { OutboundHttp } from '../../channels/outbound/outbound-http.ts';
import type { Database } from '../../database/open-database.ts';
import type { AuditTrail } from '../../services/access/audit-trail.ts';
import { readKeyViewers } from '../../services/access/read-key-viewer.ts';
import type { JournalEvent } from '../../services/events/read-events.ts';
import { readEvent } from '../../services/events/read-event.ts';
import type { ClaimedWebhookDelivery } from '../../services/partners/claim-webhook-delivery.ts';
import type { WebhookResult } from '../../services/partners/record-webhook-attempt.ts';
import type { Scope } from '../../services/scope.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Viewer } from '../../values/viewer.ts';
import type { WebhookOutcome } from '../../values/webhooks.ts';
import { SHOWS_NOBODY } from '../live-operation.ts';
import { deliver } from '../subscriptions.ts';
import { postSigned } from './post-signed.ts';
import { readWebhook, type SubscriptionParts } from './webhook-subscription.ts';

export interface AttemptParts extends SubscriptionParts {
  readonly database: Database;
  readonly audit: AuditTrail;
  readonly http: Pick<OutboundHttp, 'post'>;
  /** Attempts of one delivery, the first one counted. */
  readonly tries: number;
  /** Wait before the second attempt, in milliseconds; each later wait is four times as long. */
  readonly retryBaseMs: number;
}

/** One attempt, outside any transaction: what is sent is made now, with the rights of now, and kept nowhere. */
export async function attemptDelivery(parts: AttemptParts, delivery: ClaimedWebhookDelivery): Promise<WebhookResult> {
  const { database } = parts;
  const [viewers, event] = await Promise.all([
    readKeyViewers(database.sql, [delivery.keyId]),
    eventOf(database, delivery),
  ]);
  const viewer = viewers.get(delivery.keyId);
  if (!viewer) return unsent('key_ended');
  const body = await bodyOf(parts, scopeOf(database, viewer), { delivery, event });
  if (typeof body !== 'string') return unsent(body.outcome);

  const startedAt = database.now();
  const begun = performance.now();
  const { url, secrets, id, orderingKey } = delivery;
  const posted = await postSigned(parts.http, { url, secrets, id, orderingKey, body, at: startedAt });
  const durationMs = Math.round(performance.now() - begun);
  const { outcome, status, responseBytes, retryAfterMs } = posted;
  const request = { startedAt, durationMs, status, requestBytes: Buffer.byteLength(body), responseBytes };
  return { outcome, request, retryAt: isFinal(outcome) ? null : nextTry(parts, delivery, retryAfterMs) };
}

const scopeOf = (database: Database, viewer: Viewer): Scope => ({ db: database, viewer, now: database.now() });

const unsent = (outcome: WebhookOutcome): WebhookResult => ({ outcome, request: null, retryAt: null });

const isFinal = (outcome: WebhookOutcome) => outcome === 'delivered' || outcome === 'gone' || outcome === 'url_refused';

/** The payload as a subscriber with this key would get it now, or why there is none. */
async function bodyOf(
  parts: AttemptParts,
  scope: Scope,
  { delivery, event }: { readonly delivery: ClaimedWebhookDelivery; readonly event: JournalEvent | null },
): Promise<string | { readonly outcome: WebhookOutcome }> {
  try {
    const { operation, watch } = await readWebhook(parts, scope, delivery);
    const { cursor } = delivery;
    if (delivery.eventPosition === null) return await operation.execute({ cursor, event: null }, SHOWS_NOBODY);
    if (!event) return { outcome: 'event_gone' };
    const selected = watch.select(event);
    if (!selected || !(await watch.isVisible(scope, event))) return { outcome: 'not_visible' };
    return await operation.execute({ cursor, event: deliver(event, selected.left) }, (customerIds) =>
      parts.audit.reads(operation, customerIds),
    );
  } catch (error) {
    // What was allowed when it was registered is not allowed any more.
    if (error instanceof Refusal) return { outcome: 'not_visible' };
    throw error;
  }
}

/** Null: the journal does not hold it any more, or it is a test. */
async function eventOf({ journal }: Database, delivery: ClaimedWebhookDelivery): Promise<JournalEvent | null> {
  const { orderingKey: stream, eventVersion: version, eventPosition: position } = delivery;
  return version === null || position === null ? null : readEvent(journal, { stream, version, position });
}

/** A test is tried once: whoever pressed the button looks at what came of it. */
function nextTry(
  { database, tries, retryBaseMs }: AttemptParts,
  delivery: ClaimedWebhookDelivery,
  retryAfterMs: number | null,
): Date | null {
  const made = delivery.tries + 1;
  if (delivery.eventPosition === null || made >= tries) return null;
  const backoffMs = retryBaseMs * 4 ** (made - 1) * (1 + Math.random() / 4);
  return new Date(database.now().getTime() + Math.max(backoffMs, retryAfterMs ?? 0));
}
