import type { WebhookEndpointId } from '../../values/ids.ts';
import type { Scope } from '../scope.ts';
import type { WebhookLane } from './webhook-delivery.ts';

const MOST = 2_000;
const MOST_OF_ONE_ENDPOINT = 200;
/** Deliveries of one endpoint that are looked at: behind one that waits, many more may wait. */
const MOST_EXAMINED = 1_000;

/**
 * Lanes whose oldest delivery should have been attempted by a moment and is in nobody's hands: what a process left that died, what waits behind
 * an endpoint that was left alone. Of one endpoint a part, the longest due, so that the many of a dead one do not hide the few of another; of many endpoints
 * any, so that each has its turn. However much waits, little of it is read.
 */
export async function dueWebhookLanes(
  { db: { sql } }: Scope,
  { before, endpointId = null }: { readonly before: Date; readonly endpointId?: WebhookEndpointId | null },
): Promise<WebhookLane[]> {
  return sql<WebhookLane[]>`
    select lane.endpoint_id, lane.ordering_key
    from (
      select id from webhook_endpoints
      where disabled_at is null and ${endpointId === null ? sql`true` : sql`id = ${endpointId}`}
      order by random()
    ) e
    cross join lateral (
      select d.endpoint_id, d.ordering_key
      from (
        select * from webhook_deliveries
        where endpoint_id = e.id and state = 'pending' and due_at <= ${before}
        order by due_at limit ${MOST_EXAMINED}
      ) d
      where (d.claimed_until is null or d.claimed_until < clock_timestamp())
        and not exists (
          select 1 from webhook_deliveries p
          where p.endpoint_id = d.endpoint_id and p.ordering_key = d.ordering_key and p.state = 'pending'
            and p.event_position < d.event_position)
      order by d.due_at limit ${MOST_OF_ONE_ENDPOINT}
    ) lane
    limit ${MOST}`;
}
