import { newId, type WebhookDeliveryId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { idempotently } from '../access/idempotently.ts';
import { requireRight } from '../access/role-rights.ts';
import { topic } from '../events/fact.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { lockWebhookEndpoint, tellOfWebhook } from './change-webhook-endpoint.ts';
import { cursorNow } from './create-webhook-endpoint.ts';
import { testLane, WEBHOOK_QUEUE, type WebhookLane } from './webhook-delivery.ts';
import { webhooksWithinReach } from './webhook-endpoint.ts';

/** Sends a checkpoint to an endpoint: a payload without an event, as a subscription begins with one. Tried once. */
export async function testWebhookEndpoint(
  scope: Scope,
  installation: Installation,
  endpointId: string,
  idempotencyKey: string | null,
): Promise<WebhookDeliveryId> {
  requireRight(scope.viewer, 'webhooks:write');
  const act = { mutation: 'webhookEndpointTest', key: idempotencyKey, input: { id: endpointId } };
  const { ids } = await idempotently(scope, installation, act, async (tx) => {
    const endpoint = await lockWebhookEndpoint(tx, endpointId);
    if (endpoint.disabledAt) throw new Refusal('CONFLICT', 'The endpoint is disabled. Enable it first.', ['id']);
    const id = newId('webhookDelivery');
    const lane = testLane(endpoint.id, id);
    await tx.db.sql`
      insert into webhook_deliveries (id, endpoint_id, cursor, ordering_key, state, attempt_count, tries, due_at, created_at)
      values (${id}, ${endpoint.id}, ${await cursorNow(tx, installation)}, ${lane.orderingKey}, 'pending', 0, 0, ${tx.now}, ${tx.now})`;
    await queueNow(tx, lane, id);
    return { id };
  });
  return ids.id;
}

/** Sends one event to its endpoint once more, under the id it has. What is pending is sent anyhow. */
export async function replayWebhookDelivery(
  scope: Scope,
  installation: Installation,
  deliveryId: string,
  idempotencyKey: string | null,
): Promise<WebhookDeliveryId> {
  requireRight(scope.viewer, 'webhooks:write');
  const act = { mutation: 'webhookDeliveryReplay', key: idempotencyKey, input: { id: deliveryId } };
  const { ids } = await idempotently(scope, installation, act, async (tx) => {
    const { sql } = tx.db;
    const [row] = await sql<(WebhookLane & { id: WebhookDeliveryId; isDisabled: boolean; isTest: boolean })[]>`
      select d.id, d.endpoint_id, d.ordering_key, e.disabled_at is not null as is_disabled, d.event_position is null as is_test
      from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
      where d.id = ${deliveryId} and ${webhooksWithinReach(tx)}`;
    if (!row) throw new Refusal('NOT_FOUND', 'There is no webhook delivery with this id.', ['id']);
    if (row.isDisabled) throw new Refusal('CONFLICT', 'The endpoint is disabled. Enable it first.', ['id']);
    if (row.isTest) throw new Refusal('NOT_ALLOWED', 'A test has no event. Test the endpoint again.', ['id']);
    await sql`
      update webhook_deliveries set state = 'pending', tries = 0, due_at = ${tx.now}, settled_at = null
      where id = ${row.id} and state <> 'pending'`;
    await queueNow(tx, row, row.id);
    return { id: row.id };
  });
  return ids.id;
}

/** Who asked, and for what, stands in the journal. */
async function queueNow(
  tx: TransactionScope,
  { endpointId, orderingKey }: WebhookLane,
  webhookDeliveryId: WebhookDeliveryId,
): Promise<void> {
  await queueWebhookLane(tx, { endpointId, orderingKey }, null);
  await tellOfWebhook(tx, endpointId, 'webhook.queued', {
    details: { webhookDeliveryId },
    topics: [topic.webhookDeliveries],
  });
}

/** Has a lane looked at, not before its time. */
export async function queueWebhookLane(
  { db }: TransactionScope,
  { endpointId, orderingKey }: WebhookLane,
  startAfter: Date | null,
): Promise<void> {
  await db.enqueue(db.sql, { queue: WEBHOOK_QUEUE, data: { endpointId, orderingKey }, group: endpointId, startAfter });
}
