import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import type { ApiKeyId, WebhookEndpointId } from '../../values/ids.ts';
import type { Scope } from '../scope.ts';
import {
  webhookEndpointColumns,
  webhooksWithinReach,
  type RegisteredSubscription,
  type WebhookEndpoint,
} from './webhook-endpoint.ts';

/** Endpoints within the viewer's reach, newest first. */
export async function listWebhookEndpoints(scope: Scope, page: PageRequest): Promise<Page<WebhookEndpoint>> {
  const { sql } = scope.db;
  const rows = await sql<WebhookEndpoint[]>`
    select ${webhookEndpointColumns(sql)} from webhook_endpoints e
    where ${webhooksWithinReach(scope)} and ${page.after ? sql`(e.created_at, e.id) < (${page.after.at}, ${page.after.id})` : sql`true`}
    order by e.created_at desc, e.id desc
    limit ${page.first + 1}`;
  return pageOf(rows, page, (endpoint) => ({ at: endpoint.createdAt, id: endpoint.id }));
}

/** One endpoint. Null: there is none, or it is not within reach. */
export async function webhookEndpointById(scope: Scope, id: string): Promise<WebhookEndpoint | null> {
  const { sql } = scope.db;
  const [row] = await sql<WebhookEndpoint[]>`
    select ${webhookEndpointColumns(sql)} from webhook_endpoints e where e.id = ${id} and ${webhooksWithinReach(scope)}`;
  return row ?? null;
}

/** What a process keeps of each endpoint that is enabled. */
export interface EnabledWebhookEndpoint extends RegisteredSubscription {
  readonly id: WebhookEndpointId;
  readonly keyId: ApiKeyId;
  readonly revision: number;
  readonly fromCursor: string;
  readonly replayCursor: string | null;
  /** As far as the database knows nothing is queued for it now. */
  readonly isInGap: boolean;
}

/** How often any endpoint was changed: the version of the stream of all of them. For the server's own use. */
export async function readWebhooksVersion({ db: { sql } }: Scope): Promise<number> {
  const [row] = await sql<{ version: number }[]>`select version from stream_heads where stream = 'webhooks'`;
  return row?.version ?? 0;
}

/** Revisions of all endpoints that are enabled. For the server's own use. */
export async function readWebhookRevisions({ db: { sql } }: Scope): Promise<Map<WebhookEndpointId, number>> {
  const rows = await sql<{ id: WebhookEndpointId; revision: number }[]>`
    select id, revision from webhook_endpoints where disabled_at is null`;
  return new Map(rows.map(({ id, revision }) => [id, revision]));
}

/** Enabled endpoints by id. For the server's own use. */
export async function readEnabledWebhooks(
  { db: { sql } }: Scope,
  ids: readonly WebhookEndpointId[],
): Promise<EnabledWebhookEndpoint[]> {
  if (ids.length === 0) return [];
  return sql<EnabledWebhookEndpoint[]>`
    select id, document, variables, key_id, revision, from_cursor, replay_cursor,
      gap_since is not null and gap_until is null as is_in_gap
    from webhook_endpoints
    where id = any(${ids as string[]}::text[]) and disabled_at is null`;
}
