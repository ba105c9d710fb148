import type { Sql } from '../../database/open-database.ts';
import type { ApiKeyId, WebhookEndpointId } from '../../values/ids.ts';
import type { Viewer } from '../../values/viewer.ts';
import type { WebhookDisabledReason } from '../../values/webhooks.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';

/** A subscription with its variables, as it was registered. */
export interface RegisteredSubscription {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Where events are posted to, which ones, and with whose rights. */
export interface WebhookEndpoint extends RegisteredSubscription {
  readonly id: WebhookEndpointId;
  readonly name: string;
  readonly url: string;
  readonly keyId: ApiKeyId;
  readonly secretPrefix: string;
  readonly earlierSecretUntil: Date | null;
  readonly replayCursor: string | null;
  readonly failingSince: Date | null;
  readonly disabledAt: Date | null;
  readonly disabledReason: WebhookDisabledReason | null;
  /** The newest time in which nothing was queued, because its key could not have what its document asks for. Null: there was none. */
  readonly gapSince: Date | null;
  readonly gapUntil: Date | null;
  readonly gapReason: string | null;
  readonly gapCursor: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** Whether a viewer could be sent this there. Throws a Refusal that names what is wrong. */
export type CheckWebhook = (
  scope: Scope,
  wanted: RegisteredSubscription & { readonly url: string },
  viewer: Viewer,
) => Promise<void>;

/** Of a table or row `e`. */
export const webhookEndpointColumns = (sql: Sql) => sql`
  e.id, e.name, e.url, e.document, e.variables, e.key_id, e.secret_prefix, e.earlier_secret_until, e.replay_cursor,
  e.failing_since, e.disabled_at, e.disabled_reason, e.gap_since, e.gap_until, e.gap_reason, e.gap_cursor, e.created_by, e.created_at`;

/** A condition on endpoints (alias `e`): all of them, or those that have the rights of the viewer's own key or of a key of its partner. */
export function webhooksWithinReach(scope: Scope) {
  const { sql } = scope.db;
  const { principal, partnerId } = scope.viewer;
  if (requireRight(scope.viewer, 'webhooks:write') === 'all') return sql`true`;
  return sql`e.key_id in (select k.id from api_keys k where k.id = ${principal} or k.partner_id = ${partnerId})`;
}
