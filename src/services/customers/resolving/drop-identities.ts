import { newId, type CustomerId } from '../../../values/ids.ts';
import { recordFact } from '../../events/atomically.ts';
import { stream } from '../../events/fact.ts';
import type { TransactionScope } from '../../scope.ts';
import { membersOf } from '../person-of.ts';
import { suppressedAmong } from '../suppression.ts';
import type { DroppedIdentity } from './told-identity.ts';

/** Of whom the rest of an event was. */
export interface DroppedFrom {
  readonly customerId: CustomerId;
  readonly personId: CustomerId;
  /** Whether anything else of the event says who it is. */
  readonly isKnown: boolean;
  readonly source: string;
  readonly rulesVersion: number;
  readonly occurredAt: Date;
}

/** Takes back evidence that these identifiers are not the person's: by now they are. */
export async function forgetEvidence(
  tx: TransactionScope,
  personId: CustomerId,
  taken: readonly { readonly kind: string; readonly matchKey: string }[],
): Promise<void> {
  const { sql } = tx.db;
  await sql`
    delete from dropped_identities d
    using unnest(${taken.map(({ kind }) => kind)}::text[], ${taken.map(({ matchKey }) => matchKey)}::text[]) as t(kind, match_key)
    where d.kind = t.kind and d.match_key = t.match_key and d.customer_id in ${membersOf(sql, personId)}`;
}

/** Keeps evidence of identifiers that came with somebody and were not taken as theirs. The journal tells of the first time alone. */
export async function dropIdentities(
  tx: TransactionScope,
  from: DroppedFrom,
  dropped: readonly DroppedIdentity[],
): Promise<void> {
  if (dropped.length === 0) return;
  // Who was erased is not kept as evidence of somebody else either.
  const erased = await suppressedAmong(
    tx,
    dropped.map(({ kind, matchKey }) => ({ kind, normalized: matchKey, occurredAt: from.occurredAt })),
  );
  const { sql } = tx.db;
  const { customerId, personId, isKnown, source, rulesVersion, occurredAt } = from;
  const kept = dropped.filter((_, place) => !erased.has(place));
  const rows = [...new Map(kept.map((one) => [`${one.kind}\n${one.matchKey}`, one])).values()].map((one) => ({
    id: newId('droppedIdentity'),
    ...{ kind: one.kind, value: one.value, match_key: one.matchKey, verified: one.verified, reason: one.reason },
  }));
  const written = await sql<{ id: string; isNew: boolean }[]>`
    insert into dropped_identities as d (id, customer_id, kind, value, match_key, verified, reason, is_of_known, source, rules_version,
      first_seen_at, last_seen_at)
    select id, ${customerId}, kind, value, match_key, verified, reason, ${isKnown}, ${source}, ${rulesVersion}, ${occurredAt}, ${occurredAt}
    from jsonb_to_recordset(${sql.json(rows)}::jsonb) 
      as r(id text, kind text, value text, match_key text, verified boolean, reason text)
    order by kind collate "C", match_key collate "C"
    on conflict (customer_id, kind, match_key) do update set
      verified = d.verified or excluded.verified, reason = excluded.reason, rules_version = excluded.rules_version, is_of_known = d.is_of_known or excluded.is_of_known,
      last_seen_at = greatest(d.last_seen_at, excluded.last_seen_at)
    returning id, (xmax = 0) as is_new`;
  const isNew = new Set(written.filter((row) => row.isNew).map(({ id }) => id));
  for (const { id, kind, reason } of rows)
    if (isNew.has(id))
      recordFact(tx, {
        type: 'identity.dropped',
        streams: [stream.customer(personId)],
        occurredAt,
        details: { customerId: personId, droppedIdentityId: id, identityKind: kind, reason },
      });
}
