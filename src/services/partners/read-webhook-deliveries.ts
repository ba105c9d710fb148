import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import type { WebhookDeliveryState } from '../../values/webhooks.ts';
import type { Scope } from '../scope.ts';
import { webhookDeliveryColumns, type WebhookAttempt, type WebhookDelivery } from './webhook-delivery.ts';
import { webhooksWithinReach } from './webhook-endpoint.ts';

export interface WebhookDeliveryFilter {
  readonly endpointId: string;
  readonly state: WebhookDeliveryState | null;
}

/** Deliveries of one endpoint, newest first by when they were queued first. None where the endpoint is not within reach. */
export async function listWebhookDeliveries(
  scope: Scope,
  { endpointId, state }: WebhookDeliveryFilter,
  page: PageRequest,
): Promise<Page<WebhookDelivery>> {
  const { sql } = scope.db;
  const rows = await sql<WebhookDelivery[]>`
    select ${webhookDeliveryColumns(sql)} from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
    where d.endpoint_id = ${endpointId} and ${webhooksWithinReach(scope)} and ${state ? sql`d.state = ${state}` : sql`true`}
      and ${page.after ? sql`(d.created_at, d.id) < (${page.after.at}, ${page.after.id})` : sql`true`}
    order by d.created_at desc, d.id desc
    limit ${page.first + 1}`;
  return pageOf(rows, page, (delivery) => ({ at: delivery.createdAt, id: delivery.id }));
}

/** One delivery. Null: there is none, or its endpoint is not within reach. */
export async function webhookDeliveryById(scope: Scope, id: string): Promise<WebhookDelivery | null> {
  const { sql } = scope.db;
  const [row] = await sql<WebhookDelivery[]>`
    select ${webhookDeliveryColumns(sql)} from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
    where d.id = ${id} and ${webhooksWithinReach(scope)}`;
  return row ?? null;
}

/** Attempts of one delivery, newest first. None where its endpoint is not within reach. */
export async function listWebhookAttempts(
  scope: Scope,
  deliveryId: string,
  page: PageRequest,
): Promise<Page<WebhookAttempt>> {
  const { sql } = scope.db;
  const rows = await sql<WebhookAttempt[]>`
    select a.id, a.delivery_id, a.started_at, a.duration_ms, a.outcome, a.status, a.request_bytes, a.response_bytes
    from webhook_attempts a join webhook_deliveries d on d.id = a.delivery_id join webhook_endpoints e on e.id = d.endpoint_id
    where a.delivery_id = ${deliveryId} and ${webhooksWithinReach(scope)}
      and ${page.after ? sql`(a.started_at, a.id) < (${page.after.at}, ${page.after.id})` : sql`true`}
    order by a.started_at desc, a.id desc
    limit ${page.first + 1}`;
  return pageOf(rows, page, (attempt) => ({ at: attempt.startedAt, id: attempt.id }));
}
