import type { ApiKeyId, WebhookDeliveryId, WebhookEndpointId } from '../../values/ids.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope } from '../scope.ts';
import type { WebhookLane } from './webhook-delivery.ts';
import type { RegisteredSubscription } from './webhook-endpoint.ts';
import { openWebhookSecret } from './webhook-secrets.ts';

/** A delivery that nobody else attempts for a while, with what an attempt needs of its endpoint as it is now. */
export interface ClaimedWebhookDelivery extends WebhookLane, RegisteredSubscription {
  readonly id: WebhookDeliveryId;
  /** Null: a test. */
  readonly eventPosition: number | null;
  readonly eventVersion: number | null;
  readonly cursor: string;
  readonly attemptCount: number;
  readonly tries: number;
  readonly url: string;
  readonly keyId: ApiKeyId;
  /** What signs: the present secret, and the one before while it is good. */
  readonly secrets: readonly string[];
}

type Row = Omit<ClaimedWebhookDelivery, 'secrets'> & {
  readonly secret: Buffer;
  readonly earlierSecret: Buffer | null;
};

/**
 * Takes the oldest delivery of a lane that is pending. Null: none is, it is not due yet, somebody else is at it, or nothing is sent to the
 * endpoint. For the server's own use: no viewer may read secrets.
 */
export async function claimWebhookDelivery(
  { db: { sql } }: Scope,
  installation: Installation,
  { endpointId, orderingKey }: WebhookLane,
  leaseSeconds: number,
): Promise<ClaimedWebhookDelivery | null> {
  // Due times are those of the job queue, which goes by the database's clock too: who comes with the job must not come too early.
  const [row] = await sql<Row[]>`
    update webhook_deliveries d set claimed_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}::float8)
    from webhook_endpoints e
    where e.id = d.endpoint_id and e.disabled_at is null
      and d.id = (
        select p.id from webhook_deliveries p
        where p.endpoint_id = ${endpointId} and p.ordering_key = ${orderingKey} and p.state = 'pending'
        order by p.event_position limit 1)
      and d.state = 'pending' and d.due_at <= clock_timestamp() + interval '20 milliseconds'
      and (d.claimed_until is null or d.claimed_until < clock_timestamp())
    returning d.id, d.endpoint_id, d.ordering_key, d.event_position, d.event_version, d.cursor, d.attempt_count, d.tries,
      e.url, e.document, e.variables, e.key_id, e.secret,
      case when e.earlier_secret_until > clock_timestamp() then e.earlier_secret end as earlier_secret`;
  if (!row) return null;
  const { secret, earlierSecret, ...claimed } = row;
  const open = (sealed: Buffer) => openWebhookSecret(installation, endpointId as WebhookEndpointId, sealed);
  return { ...claimed, secrets: [secret, ...(earlierSecret ? [earlierSecret] : [])].map(open) };
}
