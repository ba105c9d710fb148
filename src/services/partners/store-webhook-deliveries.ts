import { newId, type WebhookEndpointId } from '../../values/ids.ts';
import type { JournalEvent } from '../events/read-events.ts';
import type { TransactionScope } from '../scope.ts';
import type { WebhookLane } from './webhook-delivery.ts';

/** An event that an endpoint is to have, with the reader's place after it. */
export interface WantedEvent {
  readonly endpointId: WebhookEndpointId;
  readonly event: JournalEvent;
  readonly cursor: string;
}

/**
 * A row for each event and endpoint, and the lanes of those rows. What has its row already is left as it is; with `again` it is queued once
 * more under its id.
 */
export async function storeWebhookDeliveries(
  tx: TransactionScope,
  wanted: readonly WantedEvent[],
  { again = false }: { readonly again?: boolean } = {},
): Promise<WebhookLane[]> {
  if (wanted.length === 0) return [];
  const { sql } = tx.db;
  // In the order of the events, so that the ledger is too.
  const ids = wanted.map(() => newId('webhookDelivery')).sort();
  const rows = wanted.map(({ endpointId, event, cursor }, place) => {
    const orderingKey = orderingKeyOf(event);
    return {
      ...{ id: ids[place]!, endpoint_id: endpointId, cursor, ordering_key: orderingKey },
      ...{ event_position: event.position, event_type: event.type },
      event_version: event.versions[event.streams.indexOf(orderingKey)]!,
    };
  });
  const lanes = await sql<WebhookLane[]>`
    insert into webhook_deliveries as d (id, endpoint_id, event_position, event_version, event_type, cursor, ordering_key, state,
      attempt_count, tries, due_at, created_at)
    select r.id, r.endpoint_id, r.event_position, r.event_version, r.event_type, r.cursor, r.ordering_key, 'pending', 0, 0, ${tx.now},
      ${tx.now}
    from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, endpoint_id text, event_position bigint, event_version bigint,
      event_type text, cursor text, ordering_key text)
    on conflict (endpoint_id, event_position)
    do ${again ? sql`update set state = 'pending', tries = 0, due_at = excluded.due_at, settled_at = null where d.state <> 'pending'` : sql`nothing`}
    returning endpoint_id, ordering_key`;
  return [...new Map(lanes.map((lane) => [JSON.stringify(lane), lane])).values()];
}

/** What an event happened to: receivers get what happened to one thing in order, and nobody waits for another thing. The person is the last resort. */
const orderingKeyOf = ({ streams }: JournalEvent): string =>
  streams.find((name) => !name.startsWith('customer:')) ?? streams[0]!;
