import type { WebhookEndpointId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { WebhookDisabledReason } from '../../values/webhooks.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { lockWebhookEndpoint, tellOfWebhook } from './change-webhook-endpoint.ts';

/** Sends nothing more to an endpoint until it is enabled. What is pending stays so. */
export async function disableWebhookEndpoint(scope: Scope, id: string): Promise<void> {
  requireRight(scope.viewer, 'webhooks:write');
  await atomically(scope, async (tx) => {
    const endpoint = await lockWebhookEndpoint(tx, id);
    if (endpoint.disabledAt) throw new Refusal('CONFLICT', 'The endpoint is disabled already.', ['id']);
    await stopSendingTo(tx, endpoint.id, 'by_hand');
  });
}

/** The same for a reason of our own. False: it is disabled already, and keeps the reason it has. */
export async function stopSendingTo(
  tx: TransactionScope,
  id: WebhookEndpointId,
  reason: WebhookDisabledReason,
): Promise<boolean> {
  const rows = await tx.db.sql`
    update webhook_endpoints set disabled_at = ${tx.now}, disabled_reason = ${reason}, revision = revision + 1, replay_cursor = null
    where id = ${id} and disabled_at is null
    returning id`;
  if (rows.length === 0) return false;
  await tellOfWebhook(tx, id, 'webhook.disabled', { details: { reason } });
  return true;
}
