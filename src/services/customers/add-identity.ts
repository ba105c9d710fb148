import { checkText } from '../../values/check-text.ts';
import type { CustomerId } from '../../values/ids.ts';
import { matchKeyOf } from '../../values/match-key.ts';
import { Refusal } from '../../values/refusal.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { CONFIDENCE, insertIdentities } from './insert-identities.ts';
import { lockCustomer, requireStaff } from './lock-customer.ts';
import { normalizeIdentity } from './normalize-identity.ts';
import { activeRules } from './resolving/active-rules.ts';
import { isBlocked } from './resolving/blocked-values.ts';
import { refuseSuppressed } from './suppression.ts';

export interface NewIdentity {
  readonly kind: IdentityKind;
  readonly value: string;
  /** True when the source vouches that it is this person's. */
  readonly verified?: boolean;
  readonly source: string;
}

/**
 * Adds an identity to a person. One that the person has already is no second one (a verified one is never unverified again); one
 * that somebody else has is refused with IDENTITY_TAKEN, without saying whose it is; one that the rules block, with
 * INVALID_INPUT; one that somebody was erased with, with CUSTOMER_ERASED.
 */
export async function addIdentity(scope: Scope, customerId: string, given: NewIdentity): Promise<CustomerId> {
  requireStaff(scope);
  checkText(given.source, ['source'], 100);
  return atomically(scope, async (tx) => {
    const { id: personId, market } = await lockCustomer(tx, customerId);
    const normalized = normalizeIdentity(given.kind, given.value, { market, field: ['value'] });
    const { rules } = await activeRules(tx);
    if (isBlocked(rules, given.kind, given.value) || isBlocked(rules, given.kind, normalized))
      throw new Refusal('INVALID_INPUT', 'The rules block this value: it names nobody.', ['value']);
    await keepIdentity(tx, personId, { ...given, normalized });
    return personId;
  });
}

type Normalized = NewIdentity & { readonly normalized: string };

/** Adds an identity to a person whose row is locked, for a use case that has asked its own right. */
export async function keepIdentity(tx: TransactionScope, personId: CustomerId, identity: Normalized): Promise<void> {
  await refuseSuppressed(tx, [identity], ['value']);
  const { kind, value, normalized, verified = false, source } = identity;
  const given = [{ kind, value, normalized, verified }];
  const added = await insertIdentities(tx, { customerId: personId, personId }, given, { source, seenAt: tx.now });
  if (added.length === 0) await confirmOwn(tx, personId, identity);
}

async function confirmOwn(tx: TransactionScope, personId: CustomerId, identity: Normalized): Promise<void> {
  const { kind, normalized } = identity;
  const [owner] = await tx.db.sql<{ id: string; personId: CustomerId; verified: boolean }[]>`
    select i.id, i.verified, coalesce(l.person_id, i.customer_id) as person_id
    from identities i left join person_links l on l.member_id = i.customer_id
    where i.kind = ${kind} and coalesce(i.match_key, i.normalized) = ${matchKeyOf(kind, normalized)}`;
  if (owner?.personId !== personId)
    throw new Refusal(
      'IDENTITY_TAKEN',
      'Another customer has this identity. Nobody is merged by that: joining two customers is an act of its own.',
      ['value'],
    );
  if (!identity.verified || owner.verified) return;
  await verifyIdentities(tx, personId, [owner.id]);
}

/** Marks identifiers of a locked person as vouched for. */
export async function verifyIdentities(
  tx: TransactionScope,
  personId: CustomerId,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx.db.sql`
    update identities set verified = true, confidence = ${CONFIDENCE.vouched} where id = any (${ids as string[]}::text[])`;
  recordFact(tx, {
    type: 'customer.updated',
    streams: [stream.customer(personId)],
    details: { customerId: personId, fields: ['identities'] },
  });
}
