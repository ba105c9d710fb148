import { Refusal } from '../../values/refusal.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { normalizeIdentity } from '../customers/normalize-identity.ts';
import { liftSuppression } from '../customers/suppression.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';

/** Takes in again what comes under an identifier that somebody was erased with: they came back by themselves. Throws NOT_FOUND. */
export async function letInAgain(
  scope: Scope,
  identity: { readonly kind: IdentityKind; readonly value: string; readonly market?: string | null },
): Promise<void> {
  requireRight(scope.viewer, 'erasures:write');
  const { kind, value, market } = identity;
  const normalized = normalizeIdentity(kind, value, { market: market ?? null, field: ['value'] });
  await atomically(scope, async (tx) => {
    if (await liftSuppression(tx, { kind, normalized })) return;
    throw new Refusal('NOT_FOUND', 'Nobody was erased with this identity, or it was let in again before.', ['value']);
  });
}
