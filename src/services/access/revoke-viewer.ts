import { isId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Scope } from '../scope.ts';
import { noteAccessChange, type Access } from './access-changes.ts';
import { requireRight } from './role-rights.ts';

/** Ends a key for good. HTTP is refused at once, streams end within a second, on every process. */
export async function revokeApiKey(scope: Scope, id: string): Promise<void> {
  requireRight(scope.viewer, 'access:write');
  await atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [key] = await sql<(Access & { revokedAt: Date | null })[]>`
      select role, scopes, purposes, revoked_at from api_keys where id = ${id} for update`;
    if (!key) throw new Refusal('NOT_FOUND', 'No key has this id.', ['id']);
    if (key.revokedAt) throw new Refusal('ALREADY_REVOKED', 'The key is revoked already.', ['id']);
    await sql`update api_keys set revoked_at = ${scope.now} where id = ${id}`;
    await noteAccessChange(tx, { act: 'revoked', principal: id, before: key, after: null });
    recordFact(tx, { type: 'viewer.revoked', streams: [stream.viewer(id)], details: { principal: id } });
  });
}

const TOKEN_PRINCIPAL = /^(?:jwt:[\w-]{22}|visitor:vis_[0-9a-z]{26})$/;

/** Ends whoever is behind a principal: a key, or every token that was issued to a subject up to now. */
export async function revokeViewer(scope: Scope, principal: string): Promise<void> {
  if (isId('apiKey', principal)) return revokeApiKey(scope, principal);
  requireRight(scope.viewer, 'access:write');
  if (!TOKEN_PRINCIPAL.test(principal))
    throw new Refusal('INVALID_INPUT', 'A principal is the id of a key, or `jwt:` and what `viewer.principal` says.', [
      'principal',
    ]);
  await atomically(scope, async (tx) => {
    await tx.db.sql`
      insert into viewer_revocations (principal, revoked_at, revoked_by)
      values (${principal}, ${scope.now}, ${scope.viewer.principal})
      on conflict (principal) do update set revoked_at = excluded.revoked_at, revoked_by = excluded.revoked_by`;
    await noteAccessChange(tx, { act: 'revoked', principal, before: null, after: null });
    recordFact(tx, { type: 'viewer.revoked', streams: [stream.viewer(principal)], details: { principal } });
  });
}
