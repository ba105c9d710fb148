import { checkWhole } from '../../values/check-input.ts';
import type { WebhookEndpointId } from '../../values/ids.ts';
import { idempotently } from '../access/idempotently.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope } from '../scope.ts';
import { lockWebhookEndpoint, tellOfWebhook } from './change-webhook-endpoint.ts';
import { newWebhookSecret, sealWebhookSecret, shownOfWebhookSecret } from './webhook-secrets.ts';

/** How long the secret before may sign beside the new one, at most: 30 days. */
const LONGEST_OVERLAP_HOURS = 720;
const HOUR_MS = 3_600_000;

/** Gives an endpoint another secret. The one until now goes on signing beside it for `overlapHours`; a third one never does. */
export async function rotateWebhookSecret(
  scope: Scope,
  installation: Installation,
  input: { readonly id: string; readonly overlapHours: number },
  idempotencyKey: string | null,
): Promise<{ id: WebhookEndpointId; secret: string | null }> {
  requireRight(scope.viewer, 'webhooks:write');
  const act = { mutation: 'webhookEndpointRotateSecret', key: idempotencyKey, input };
  let secret = '';
  const { ids, replayed } = await idempotently(scope, installation, act, async (tx) => {
    checkWhole(input.overlapHours, ['overlapHours'], 0, LONGEST_OVERLAP_HOURS);
    const { id } = await lockWebhookEndpoint(tx, input.id);
    secret = newWebhookSecret();
    const until = input.overlapHours === 0 ? null : new Date(tx.now.getTime() + input.overlapHours * HOUR_MS);
    await tx.db.sql`
      update webhook_endpoints set secret = ${sealWebhookSecret(installation, id, secret)}, secret_prefix = ${shownOfWebhookSecret(secret)},
        earlier_secret = case when ${until !== null} then secret end, earlier_secret_until = ${until}
      where id = ${id}`;
    await tellOfWebhook(tx, id, 'webhook.recorded');
    return { id };
  });
  return { id: ids.id, secret: replayed ? null : secret };
}
