import type { WebhookEndpointId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';
import { tellOfWebhook } from './change-webhook-endpoint.ts';

/**
 * Notes that nothing is queued for endpoints from a place on, and why: their keys may not have what their documents ask for. One note for all
 * that is left out, and none where there is one already. `cursor` null: from where the endpoint itself begins.
 */
export async function openWebhookGaps(
  tx: TransactionScope,
  refused: ReadonlyMap<WebhookEndpointId, string>,
  cursor: string | null,
): Promise<void> {
  const { sql } = tx.db;
  for (const [id, reason] of refused) {
    const opened = await sql`
      update webhook_endpoints set gap_since = ${tx.now}, gap_until = null, gap_reason = ${reason},
        gap_cursor = coalesce(${cursor}, from_cursor), revision = revision + 1
      where id = ${id} and disabled_at is null and (gap_since is null or gap_until is not null)
      returning id`;
    if (opened.length > 0) await tellOfWebhook(tx, id, 'webhook.withheld');
  }
}

/** Notes that endpoints are sent events again, from a place on. What was left out is had by a replay. */
export async function closeWebhookGaps(
  tx: TransactionScope,
  readmitted: Iterable<WebhookEndpointId>,
  cursor: string,
): Promise<void> {
  const { sql } = tx.db;
  for (const id of readmitted) {
    const closed = await sql`
      update webhook_endpoints set gap_until = ${tx.now}, from_cursor = ${cursor}, revision = revision + 1
      where id = ${id} and disabled_at is null and gap_since is not null and gap_until is null
      returning id`;
    if (closed.length > 0) await tellOfWebhook(tx, id, 'webhook.resumed');
  }
}
