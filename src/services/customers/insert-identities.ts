import { newId, type CustomerId, type IdentityId } from '../../values/ids.ts';
import { storedMatchKeyOf } from '../../values/match-key.ts';
import { visibleText } from '../../values/visible-text.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';

/** An identifier in the form that is stored. */
export interface NormalizedIdentity {
  readonly kind: IdentityKind;
  readonly value: string;
  readonly normalized: string;
  readonly verified: boolean;
}

/** How sure it is that an identifier is somebody's: vouched for, carried by the channel that it is an address on, or only stated. */
export const CONFIDENCE = { vouched: 1, carried: 0.9, stated: 0.8 } as const;

export const confidenceOf = ({ verified }: { verified: boolean }): number =>
  verified ? CONFIDENCE.vouched : CONFIDENCE.stated;

/** Identifiers as rows; their order is that of the list. */
export const identityRows = (identities: readonly NormalizedIdentity[]) =>
  identities.map(({ kind, value, normalized, verified }) => ({
    id: newId('identity'),
    ...{ kind, value: visibleText(value), normalized, match_key: storedMatchKeyOf(kind, normalized), verified },
    confidence: confidenceOf({ verified }),
  }));

/**
 * Gives identifiers to a person whose row is locked and names the facts. Answers those that were added: the others somebody has, perhaps
 * since a moment ago.
 */
export async function insertIdentities(
  tx: TransactionScope,
  { customerId, personId }: { customerId: CustomerId; personId: CustomerId },
  identities: readonly NormalizedIdentity[],
  { source, seenAt }: { source: string; seenAt: Date },
): Promise<NormalizedIdentity[]> {
  if (identities.length === 0) return [];
  const { sql } = tx.db;
  const rows = identityRows(identities);
  // Sorted, so that two events with the same identifiers wait for each other in one direction only.
  const added = await sql<{ id: IdentityId }[]>`
    insert into identities (id, customer_id, kind, value, normalized, match_key, verified, confidence, source, first_seen_at, last_seen_at)
    select id, ${customerId}, kind, value, normalized, match_key, verified, confidence, ${source}, ${seenAt}, ${seenAt}
    from jsonb_to_recordset(${sql.json(rows)}::jsonb)
      as r(id text, kind text, value text, normalized text, match_key text, verified boolean, confidence real)
    order by kind collate "C", coalesce(match_key, normalized) collate "C"
    on conflict do nothing
    returning id`;
  const ids = new Set<string>(added.map(({ id }) => id));
  return identities.filter((identity, i) => {
    const { id } = rows[i]!;
    if (!ids.has(id)) return false;
    recordFact(tx, {
      type: 'identity.added',
      streams: [stream.customer(personId)],
      occurredAt: seenAt,
      details: { customerId: personId, identityId: id, identityKind: identity.kind },
    });
    return true;
  });
}
