import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope } from '../scope.ts';
import { lockWebhookEndpoint, tellOfWebhook } from './change-webhook-endpoint.ts';
import { checkWebhookTexts, cursorNow } from './create-webhook-endpoint.ts';
import { lendKey } from './lend-key.ts';
import type { CheckWebhook, RegisteredSubscription } from './webhook-endpoint.ts';

/** What changes; null stays. */
export interface WebhookEndpointChange {
  readonly name: string | null;
  readonly url: string | null;
  readonly document: string | null;
  readonly variables: RegisteredSubscription['variables'] | null;
  readonly keyId: string | null;
}

/**
 * Changes where events go and which. Whoever reaches only their own lends it their key by that: another key of the same partner may show
 * more than the one that now says where it goes.
 */
export async function updateWebhookEndpoint(
  scope: Scope,
  check: CheckWebhook,
  id: string,
  change: WebhookEndpointChange,
): Promise<void> {
  const reach = requireRight(scope.viewer, 'webhooks:write');
  await atomically(scope, async (tx) => {
    const before = await lockWebhookEndpoint(tx, id);
    const name = change.name ?? before.name;
    const url = change.url ?? before.url;
    const document = change.document ?? before.document;
    const variables = change.variables ?? before.variables;
    checkWebhookTexts({ name, url, document, variables });
    const viewer = await lendKey(tx, change.keyId ?? (reach === 'all' ? before.keyId : null));
    await check(tx, { url, document, variables }, viewer);
    const { sql } = tx.db;
    await sql`
      update webhook_endpoints set name = ${name}, url = ${url}, document = ${document}, variables = ${sql.json(variables as never)},
        key_id = ${viewer.principal}, revision = revision + 1
      where id = ${before.id}`;
    await tellOfWebhook(tx, before.id, 'webhook.recorded');
  });
}

/** Sends events again from now on. What came meanwhile is sent when it is asked for: `webhookEndpointReplay`. */
export async function enableWebhookEndpoint(scope: Scope, installation: Installation, id: string): Promise<void> {
  requireRight(scope.viewer, 'webhooks:write');
  await atomically(scope, async (tx) => {
    const { id: endpointId, disabledAt } = await lockWebhookEndpoint(tx, id);
    if (!disabledAt) throw new Refusal('CONFLICT', 'The endpoint is enabled already.', ['id']);
    await tx.db.sql`
      update webhook_endpoints set disabled_at = null, disabled_reason = null, failing_since = null, revision = revision + 1,
        from_cursor = ${await cursorNow(tx, installation)}
      where id = ${endpointId}`;
    await tellOfWebhook(tx, endpointId, 'webhook.recorded');
  });
}
