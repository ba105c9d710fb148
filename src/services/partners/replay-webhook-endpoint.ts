import { CursorExpired } from '../../values/invalid-request.ts';
import type { WebhookEndpointId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { idempotently } from '../access/idempotently.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import { decodeCursor, encodeCursor, type Place } from '../events/cursor.ts';
import type { Installation } from '../events/installation.ts';
import { areKept, readMissed, readSnapshot, type JournalEvent } from '../events/read-events.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { lockWebhookEndpoint, tellOfWebhook } from './change-webhook-endpoint.ts';
import { storeWebhookDeliveries } from './store-webhook-deliveries.ts';
import type { WebhookLane } from './webhook-delivery.ts';

const PAGE = 500;

/** Asks for everything behind a place of the journal to be sent to an endpoint, also what it has had: under the ids it had. */
export async function replayWebhookEndpoint(
  scope: Scope,
  installation: Installation,
  input: { readonly id: string; readonly after: string },
  idempotencyKey: string | null,
): Promise<WebhookEndpointId> {
  requireRight(scope.viewer, 'webhooks:write');
  const act = { mutation: 'webhookEndpointReplay', key: idempotencyKey, input };
  const { ids } = await idempotently(scope, installation, act, async (tx) => {
    const { id, disabledAt } = await lockWebhookEndpoint(tx, input.id);
    if (disabledAt) throw new Refusal('CONFLICT', 'The endpoint is disabled. Enable it first.', ['id']);
    await checkPlace(tx, installation, input.after);
    await tx.db.sql`
      update webhook_endpoints set replay_cursor = ${input.after}, revision = revision + 1 where id = ${id}`;
    await tellOfWebhook(tx, id, 'webhook.queued', { details: { isReplay: true } });
    return { id };
  });
  return ids.id;
}

async function checkPlace({ db }: TransactionScope, installation: Installation, after: string): Promise<void> {
  const place = decodeCursor(installation, after);
  if (place === 'malformed')
    throw new Refusal('INVALID_INPUT', '`after` is no cursor of this server. Take it from a delivery or a payload.', [
      'after',
    ]);
  if (place === 'other-epoch' || !(await areKept(db.journal, [place]))[0]) throw new CursorExpired();
}

/** What an endpoint watches: its keys, and which events of them it wants. */
export interface Wanting {
  readonly streams: readonly string[];
  readonly topics: readonly string[];
  readonly wants: (event: JournalEvent) => boolean;
}

/** Queues a page of what an endpoint is to have once more. Null: nothing of it is left. */
export async function queueReplayPage(
  scope: Scope,
  installation: Installation,
  id: WebhookEndpointId,
  { streams, topics, wants }: Wanting,
): Promise<WebhookLane[] | null> {
  return atomically(scope, async (tx) => {
    const { sql, journal } = tx.db;
    const [row] = await sql<{ replayCursor: string | null }[]>`
      select replay_cursor from webhook_endpoints where id = ${id} and replay_cursor is not null and disabled_at is null
      for no key update skip locked`;
    if (!row) return null;
    const place = decodeCursor(installation, row.replayCursor!);
    const page = typeof place === 'string' ? [] : await pageBehind(place);
    const lanes = await storeWebhookDeliveries(
      tx,
      page
        .filter(({ event }) => wants(event))
        .map(({ event, place: after }) => ({ endpointId: id, event, cursor: encodeCursor(installation, after) })),
      { again: true },
    );
    const next = page.length === PAGE ? encodeCursor(installation, page.at(-1)!.place) : null;
    await sql`update webhook_endpoints set replay_cursor = ${next} where id = ${id}`;
    return lanes;

    async function pageBehind(behind: Place) {
      return readMissed(journal, behind, {
        until: await readSnapshot(journal),
        interest: { streams, topics },
        limit: PAGE,
      });
    }
  });
}
