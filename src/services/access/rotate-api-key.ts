import { checkWhole } from '../../values/check-input.ts';
import type { ApiKeyId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Installation } from '../events/installation.ts';
import type { Scope } from '../scope.ts';
import { noteAccessChange, type Access } from './access-changes.ts';
import { checkScopes } from './create-api-key.ts';
import { idempotently } from './idempotently.ts';
import { hashOfSecret, newSecret, prefixOfSecret } from './key-secret.ts';
import { checkPurposes } from './purposes.ts';
import { requireRight } from './role-rights.ts';

/** How long the secret before may work beside the new one, at most: 30 days. */
const LONGEST_OVERLAP_HOURS = 720;
const HOUR_MS = 3_600_000;

/**
 * Gives a key another secret; it stays who it is, with its rights, its history and its endpoints. The secret until now works beside it for
 * `overlapHours`, a third one never does. Whoever is shown a secret can use it: nobody rotates a key that may more than they do.
 */
export async function rotateApiKey(
  scope: Scope,
  installation: Installation,
  input: { readonly id: string; readonly overlapHours: number },
  idempotencyKey: string | null,
): Promise<{ id: ApiKeyId; secret: string | null }> {
  requireRight(scope.viewer, 'access:write');
  let secret = '';
  const act = { mutation: 'apiKeyRotate', key: idempotencyKey, input };
  const { ids, replayed } = await idempotently(scope, installation, act, async (tx) => {
    const { id, overlapHours } = input;
    checkWhole(overlapHours, ['overlapHours'], 0, LONGEST_OVERLAP_HOURS);
    const { sql } = tx.db;
    const [key] = await sql<(Access & { id: ApiKeyId; revokedAt: Date | null })[]>`
      select id, role, scopes, purposes, revoked_at from api_keys where id = ${id} for update`;
    if (!key) throw new Refusal('NOT_FOUND', 'No key has this id.', ['id']);
    if (key.revokedAt) throw new Refusal('ALREADY_REVOKED', 'The key is revoked. Make a new one.', ['id']);
    checkScopes(scope.viewer, key.role, key.scopes, ['id']);
    checkPurposes(scope.viewer, key.role, key.purposes);
    secret = newSecret(key.role);
    const until = overlapHours === 0 ? null : new Date(tx.now.getTime() + overlapHours * HOUR_MS);
    await sql`
      update api_keys set hash = ${hashOfSecret(secret)}, prefix = ${prefixOfSecret(secret)},
        earlier_hash = case when ${until !== null} then hash end, earlier_until = ${until}
      where id = ${id}`;
    await noteAccessChange(tx, { act: 'rotated', principal: id, before: key, after: key });
    // Where the secret before ends at once, what it opened ends with it; otherwise nobody notices.
    const type = until === null ? 'viewer.changed' : 'viewer.rotated';
    recordFact(tx, { type, streams: [stream.viewer(id)], details: { principal: id, role: key.role } });
    return { id: key.id };
  });
  return { id: ids.id, secret: replayed ? null : secret };
}
