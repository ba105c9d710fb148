import { checkWhole } from '../../values/check-input.ts';
import type { InboxId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { idempotently } from '../access/idempotently.ts';
import { requireRight } from '../access/role-rights.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope } from '../scope.ts';
import { newSigningSecret, sealFor, shownPrefix } from './inbox-secrets.ts';

/** How long the secret before may stay good, at most: 30 days. */
const LONGEST_OVERLAP_HOURS = 720;
const HOUR_MS = 3_600_000;

/**
 * Gives the hook of an inbox a new secret; the one until now stays good for `overlapHours`, so that a sender can change over without
 * losing a request. A third one is never good: rotating within an overlap ends it.
 */
export async function rotateHookSecret(
  scope: Scope,
  installation: Installation,
  { id, overlapHours }: { id: string; overlapHours: number },
  idempotencyKey: string | null,
): Promise<{ id: InboxId; hookSecret: string | null }> {
  requireRight(scope.viewer, 'inboxes:write');
  const hookSecret = newSigningSecret();
  const act = { mutation: 'inboxRotateSecret', key: idempotencyKey, input: { id, overlapHours } };
  const { ids, replayed } = await idempotently(scope, installation, act, async (tx) => {
    checkWhole(overlapHours, ['overlapHours'], 0, LONGEST_OVERLAP_HOURS);
    const { sql } = tx.db;
    const until = overlapHours === 0 ? null : new Date(tx.now.getTime() + overlapHours * HOUR_MS);
    const [row] = await sql<{ id: InboxId; channel: string }[]>`
      update inboxes set hook_secret = ${sealFor(installation, id as InboxId, 'hook', hookSecret)},
        hook_secret_prefix = ${shownPrefix(hookSecret)},
        earlier_hook_secret = case when ${until !== null} then hook_secret end,
        earlier_hook_secret_until = case when hook_secret is not null then ${until}::timestamptz end
      where id = ${id} returning id, channel`;
    if (!row) throw new Refusal('NOT_FOUND', 'There is no inbox with this id.', ['id']);
    recordFact(tx, {
      type: 'inbox.recorded',
      streams: [stream.inboxRecord(row.id)],
      details: { inboxId: row.id, channel: row.channel },
    });
    return { id: row.id };
  });
  return { id: ids.id as InboxId, hookSecret: replayed ? null : hookSecret };
}
