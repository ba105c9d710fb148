import { recordFact } from '../../events/atomically.ts';
import { stream } from '../../events/fact.ts';
import type { TransactionScope } from '../../scope.ts';
import type { LookedUp } from './look-up-owners.ts';

/** Ends identifiers that are somebody else's from now on. Whoever had them keeps them as former ones, and is told. */
export async function endIdentities(tx: TransactionScope, ended: readonly LookedUp[], occurredAt: Date): Promise<void> {
  if (ended.length === 0) return;
  await tx.db.sql`
    with ended as (
      delete from identities where id = any (${ended.map(({ identityId }) => identityId)}::text[])
      returning id, customer_id, kind, value, normalized, verified, source, first_seen_at, last_seen_at
    )
    insert into former_identities (id, customer_id, kind, value, normalized, verified, source, first_seen_at, last_seen_at, ended_at)
    select ended.*, ${occurredAt}::timestamptz from ended`;
  // Who came with it in its former life says nothing of its new one.
  await tx.db.sql`
    delete from dropped_identities d
    using unnest(${ended.map(({ kind }) => kind)}::text[], ${ended.map(({ matchKey }) => matchKey)}::text[]) as e(kind, match_key)
    where d.kind = e.kind and d.match_key = e.match_key`;
  for (const { identityId, owner, kind } of ended)
    recordFact(tx, {
      type: 'identity.ended',
      streams: [stream.customer(owner!.personId)],
      occurredAt,
      details: { customerId: owner!.personId, identityId, identityKind: kind },
    });
}
