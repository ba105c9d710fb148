import type { EventType } from '../../values/event-types.ts';
import type { WebhookEndpointId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { recordFact } from '../events/atomically.ts';
import { stream, topic, type Fact } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { webhookEndpointColumns, webhooksWithinReach, type WebhookEndpoint } from './webhook-endpoint.ts';

/** An endpoint within reach, locked for a change. */
export async function lockWebhookEndpoint(tx: TransactionScope, id: string): Promise<WebhookEndpoint> {
  const { sql } = tx.db;
  const [row] = await sql<WebhookEndpoint[]>`
    select ${webhookEndpointColumns(sql)} from webhook_endpoints e where e.id = ${id} and ${webhooksWithinReach(tx)}
    for no key update`;
  if (!row) throw new Refusal('NOT_FOUND', 'There is no webhook endpoint with this id.', ['id']);
  return row;
}

/** Tells its owner of an endpoint. Its own stream, and that of all of them: every process learns by its version that what it knows is old. */
export async function tellOfWebhook(
  tx: TransactionScope,
  id: WebhookEndpointId,
  type: Extract<EventType, `webhook.${string}`>,
  { details = {}, topics = [] }: Pick<Fact, 'details' | 'topics'> = {},
): Promise<void> {
  const [owner] = await tx.db.sql<{ id: string }[]>`
    select coalesce(k.partner_id, e.key_id) as id from webhook_endpoints e left join api_keys k on k.id = e.key_id where e.id = ${id}`;
  recordFact(tx, {
    type,
    streams: [stream.webhook(id), stream.webhooks],
    topics: [topic.webhooksOf(owner!.id), ...topics],
    details: { webhookEndpointId: id, ...details },
  });
}
