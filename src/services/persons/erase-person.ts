import { newId, type ErasureId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { isHeld } from '../customers/is-held.ts';
import { lockLeavingPerson, type LeavingPerson } from '../customers/leaving-person.ts';
import { suppress, type Identifier } from '../customers/suppression.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { removePerson } from './remove-person.ts';

/** Work on the rest of an erasure; made with the tables, worked by live/complete-erasures.ts. */
export const ERASURE_QUEUE = 'complete-erasures';

export interface ErasureTerms {
  /** How long nothing is taken in under the identifiers of the person, whenever it happened. */
  readonly suppressionDays: number;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Erases a person, all that are one person now: whatever can be seen of them in one transaction, so that nobody ever sees a part. Keyed hashes of what
 * they were known by stay, so that what comes late does not bring them back; whoever watches hears `customer.erased`, and their
 * streams end. A job removes the rows that one transaction did not get to, and what transactions that were under way leave behind.
 *
 * Throws NOT_FOUND, and LEGAL_HOLD where the law asks to keep them.
 */
export async function erasePerson(scope: Scope, customerId: string, terms: ErasureTerms): Promise<ErasureId> {
  requireRight(scope.viewer, 'erasures:write');
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const person = await lockLeavingPerson(tx, customerId);
    if (!person) throw new Refusal('NOT_FOUND', 'There is no customer with this id that you can see.', ['customerId']);
    await refuseHeld(tx, person);
    const { personId, memberIds, identities } = person;
    const { counts, trackingNumbers } = await removePerson(tx, person);
    const erasureId = newId('erasure');
    await sql`
      insert into erasures (id, customer_ids, requested_by, erased_at, counts)
      values (${erasureId}, ${memberIds as string[]}, ${tx.viewer.principal}, ${tx.now}, ${sql.json(counts)})`;
    const endsAt = new Date(tx.now.getTime() + terms.suppressionDays * DAY_MS);
    const parcels = trackingNumbers.map((normalized): Identifier => ({ kind: 'tracking_number', normalized }));
    await suppress(tx, [...identities, ...parcels], { erasureId, erasedAt: tx.now, endsAt });
    tellOfErasure(tx, erasureId, personId, memberIds);
    await tx.db.enqueue(sql, { queue: ERASURE_QUEUE, data: { erasureId }, group: 'erasures', startAfter: null });
    return erasureId;
  });
}

/** The person's stream first; each other member's, so that whoever watches an old id hears it too. */
function tellOfErasure(
  tx: TransactionScope,
  erasureId: ErasureId,
  personId: string,
  memberIds: readonly string[],
): void {
  recordFact(tx, {
    type: 'customer.erased',
    streams: memberIds.map((id) => stream.customer(id)),
    details: { customerId: personId, memberIds, erasureId },
  });
}

async function refuseHeld(tx: TransactionScope, { personId }: LeavingPerson): Promise<void> {
  const { sql } = tx.db;
  const [row] = await sql<{ held: boolean }[]>`select ${isHeld(sql, sql`${personId}::text`)} as held`;
  if (row!.held)
    throw new Refusal('LEGAL_HOLD', 'This person may not be erased: a hold is on them or on an order of theirs.', [
      'customerId',
    ]);
}
