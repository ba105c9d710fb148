import { newId } from '../../values/ids.ts';
import type { WebhookDeliveryState, WebhookDisabledReason, WebhookOutcome } from '../../values/webhooks.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { ClaimedWebhookDelivery } from './claim-webhook-delivery.ts';
import { stopSendingTo } from './disable-webhook-endpoint.ts';
import { queueWebhookLane } from './queue-webhook-delivery.ts';
import type { WebhookAttempt } from './webhook-delivery.ts';

/** What came of a claimed delivery. */
export interface WebhookResult {
  readonly outcome: WebhookOutcome;
  /** The request. Null: nothing was sent. */
  readonly request: Omit<WebhookAttempt, 'id' | 'deliveryId' | 'outcome'> | null;
  /** When to try again. Null: not any more. */
  readonly retryAt: Date | null;
}

/** An endpoint that took nothing for so long is sent nothing more. */
export interface FailingRules {
  readonly disableAfterHours: number;
}

const HOUR_MS = 3_600_000;

/**
 * Stores what came of an attempt, after it: the attempt itself stands outside every transaction, which may run twice. The next one is put
 * on the queue in the same transaction. Answers why the endpoint was disabled by it; null: it was not. Where somebody else has counted it meanwhile (a process that was given up too early), it counts once.
 */
export async function recordWebhookAttempt(
  scope: Scope,
  delivery: ClaimedWebhookDelivery,
  result: WebhookResult,
  rules: FailingRules,
): Promise<WebhookDisabledReason | null> {
  // Nothing follows of it, and one statement is whole by itself.
  if (result.outcome === 'delivered') {
    await count(scope, delivery, result);
    return null;
  }
  return atomically(scope, async (tx) => {
    if (!(await count(tx, delivery, result))) return null;
    if (result.retryAt) await queueWebhookLane(tx, delivery, result.retryAt);
    return giveUpOnDead(tx, delivery, result.outcome, rules);
  });
}

const STATES: Partial<Record<WebhookOutcome, WebhookDeliveryState>> = {
  delivered: 'delivered',
  not_visible: 'withheld',
  key_ended: 'withheld',
};
/** What says nothing of the endpoint's health. */
const NOT_SENT: readonly WebhookOutcome[] = ['not_visible', 'event_gone', 'key_ended'];

/** False: somebody else has counted it meanwhile. */
async function count(
  { db: { sql }, now }: Scope,
  { id, endpointId, attemptCount }: ClaimedWebhookDelivery,
  { outcome, request, retryAt }: WebhookResult,
): Promise<boolean> {
  const state = retryAt ? 'pending' : (STATES[outcome] ?? 'failed');
  const more = request ? 1 : 0;
  const isWell = outcome === 'delivered';
  // The endpoint is written when its health changes only: thousands of deliveries a minute have that row in common.
  const [counted] = await sql<{ isCounted: boolean }[]>`
    with settled as (
      update webhook_deliveries set state = ${state}, attempt_count = attempt_count + ${more}, tries = tries + ${more},
        outcome = ${outcome}, due_at = ${retryAt}, claimed_until = null, settled_at = ${retryAt ? null : now}
      where id = ${id} and state = 'pending' and attempt_count = ${attemptCount}
      returning id
    ), attempt as (
      insert into webhook_attempts (id, delivery_id, started_at, duration_ms, outcome, status, request_bytes, response_bytes)
      select ${newId('webhookAttempt')}, s.id, ${request?.startedAt ?? now}, ${request?.durationMs ?? 0}, ${outcome},
        ${request?.status ?? null}, ${request?.requestBytes ?? 0}, ${request?.responseBytes ?? 0}
      from settled s where ${request !== null}
    ), health as (
      update webhook_endpoints set failing_since = ${isWell ? null : now}
      where id = ${endpointId} and (failing_since is null) <> ${isWell} and ${!NOT_SENT.includes(outcome)} and exists (select from settled)
    )
    select exists (select from settled) as is_counted`;
  return counted!.isCounted;
}

async function giveUpOnDead(
  tx: TransactionScope,
  { endpointId }: ClaimedWebhookDelivery,
  outcome: WebhookOutcome,
  { disableAfterHours }: FailingRules,
): Promise<WebhookDisabledReason | null> {
  const stop = async (reason: WebhookDisabledReason) => ((await stopSendingTo(tx, endpointId, reason)) ? reason : null);
  if (outcome === 'gone' || outcome === 'key_ended') return stop(outcome);
  const [dead] = await tx.db.sql`
    select 1 from webhook_endpoints
    where id = ${endpointId} and failing_since < ${new Date(tx.now.getTime() - disableAfterHours * HOUR_MS)}`;
  return dead && !NOT_SENT.includes(outcome) ? stop('failing') : null;
}
