import { newId } from '../../values/ids.ts';
import type { WebhookDeliveryState, WebhookOutcome } from '../../values/webhooks.ts';
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
 * on the queue in the same transaction. Where somebody else has counted it meanwhile (a process that was given up too early), it counts once.
 */
export async function recordWebhookAttempt(
  scope: Scope,
  delivery: ClaimedWebhookDelivery,
  result: WebhookResult,
  rules: FailingRules,
): Promise<void> {
  await atomically(scope, async (tx) => {
    const { outcome, request, retryAt } = result;
    const state = retryAt ? 'pending' : stateAfter(outcome);
    const more = request ? 1 : 0;
    const { sql } = tx.db;
    const rows = await sql`
      update webhook_deliveries set state = ${state}, attempt_count = attempt_count + ${more}, tries = tries + ${more},
        outcome = ${outcome}, due_at = ${retryAt}, claimed_until = null, settled_at = ${retryAt ? null : tx.now}
      where id = ${delivery.id} and state = 'pending' and attempt_count = ${delivery.attemptCount}
      returning id`;
    if (rows.length === 0) return;
    if (request)
      await sql`
        insert into webhook_attempts (id, delivery_id, started_at, duration_ms, outcome, status, request_bytes, response_bytes)
        values (${newId('webhookAttempt')}, ${delivery.id}, ${request.startedAt}, ${request.durationMs}, ${outcome}, ${request.status},
          ${request.requestBytes}, ${request.responseBytes})`;
    if (retryAt) await queueWebhookLane(tx, delivery, retryAt);
    await noteHealth(tx, delivery, outcome, rules);
  });
}

const STATES: Partial<Record<WebhookOutcome, WebhookDeliveryState>> = {
  delivered: 'delivered',
  not_visible: 'withheld',
  key_ended: 'withheld',
};
const stateAfter = (outcome: WebhookOutcome): WebhookDeliveryState => STATES[outcome] ?? 'failed';

/** Whether the endpoint lives. Written when that changes only: thousands of deliveries a minute have one row in common. */
async function noteHealth(
  tx: TransactionScope,
  { endpointId }: ClaimedWebhookDelivery,
  outcome: WebhookOutcome,
  { disableAfterHours }: FailingRules,
): Promise<void> {
  const { sql } = tx.db;
  if (outcome === 'gone' || outcome === 'key_ended') return stopSendingTo(tx, endpointId, outcome);
  if (outcome === 'not_visible' || outcome === 'event_gone') return;
  if (outcome === 'delivered') {
    await sql`update webhook_endpoints set failing_since = null where id = ${endpointId} and failing_since is not null`;
    return;
  }
  await sql`update webhook_endpoints set failing_since = ${tx.now} where id = ${endpointId} and failing_since is null`;
  const [dead] = await sql`
    select 1 from webhook_endpoints
    where id = ${endpointId} and failing_since < ${new Date(tx.now.getTime() - disableAfterHours * HOUR_MS)}`;
  if (dead) await stopSendingTo(tx, endpointId, 'failing');
}
