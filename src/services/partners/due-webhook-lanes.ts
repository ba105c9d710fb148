import type { WebhookEndpointId } from '../../values/ids.ts';
import type { Scope } from '../scope.ts';
import type { WebhookLane } from './webhook-delivery.ts';

const MOST = 2_000;
const MOST_OF_ONE_ENDPOINT = 200;

/**
 * Lanes whose oldest delivery should have been attempted by a moment and is in nobody's hands: what a process left that died, what waits behind
 * an endpoint that was left alone. Of one endpoint a part, so that the many of a dead one do not hide the few of another.
 */
export async function dueWebhookLanes(
  { db: { sql } }: Scope,
  { before, endpointId = null }: { readonly before: Date; readonly endpointId?: WebhookEndpointId | null },
): Promise<WebhookLane[]> {
  return sql<WebhookLane[]>`
    select endpoint_id, ordering_key from (
      select d.endpoint_id, d.ordering_key, d.due_at, row_number() over (partition by d.endpoint_id order by d.due_at) as nth
      from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id and e.disabled_at is null
      where d.state = 'pending' and d.due_at <= ${before} and (d.claimed_until is null or d.claimed_until < clock_timestamp())
        and ${endpointId === null ? sql`true` : sql`d.endpoint_id = ${endpointId}`}
        and not exists (
          select 1 from webhook_deliveries p
          where p.endpoint_id = d.endpoint_id and p.ordering_key = d.ordering_key and p.state = 'pending'
            and p.event_position < d.event_position)
    ) due
    where nth <= ${MOST_OF_ONE_ENDPOINT}
    order by due_at
    limit ${MOST}`;
}
