import { newId, type CustomerId } from '../../../values/ids.ts';
import { Refusal } from '../../../values/refusal.ts';
import type { MergeReason } from '../../../values/merges.ts';
import { recordFact } from '../../events/atomically.ts';
import { stream } from '../../events/fact.ts';
import type { TransactionScope } from '../../scope.ts';
import { lockPersons } from './lock-persons.ts';

export interface Joining {
  readonly reason: MergeReason;
  /** 0 to 1. Null or absent: nobody estimated it. */
  readonly confidence?: number | null;
}

export interface Joined {
  /** The person that all of them are now. */
  readonly personId: CustomerId;
  /** Persons that they were before, besides that one; empty: they were one person already. */
  readonly mergedIds: readonly CustomerId[];
}

/**
 * Makes the persons of these customers one: the person of the first goes on, the streams of the others end with the fact. Rows stay
 * where they are, only links change, so it costs the same whatever there is of them. For use cases that have asked their own right;
 * best called before anything else of the transaction is locked. Refuses with NOT_FOUND.
 */
export async function joinPersons(tx: TransactionScope, ids: readonly string[], joining: Joining): Promise<Joined> {
  const personOf = await lockPersons(tx, ids);
  const persons = ids.map((id, i) => {
    const person = personOf.get(id);
    if (!person)
      throw new Refusal('NOT_FOUND', 'There is no customer with this id that you can see.', ['ids', String(i)]);
    return person;
  });
  const [personId, ...others] = [...new Set(persons)] as [CustomerId, ...CustomerId[]];
  await joinLocked(tx, personId, others, joining);
  return { personId, mergedIds: others };
}

/** The same for persons that are locked and not one yet: the first goes on. */
export async function joinLocked(
  tx: TransactionScope,
  personId: CustomerId,
  mergedIds: readonly CustomerId[],
  joining: Joining,
): Promise<void> {
  await linkPersons(tx, personId, mergedIds, joining);
  for (const mergedId of mergedIds)
    recordFact(tx, {
      type: 'customer.merged',
      streams: [stream.customer(personId), stream.customer(mergedId)],
      details: { customerId: personId, mergedId, reason: joining.reason },
    });
}

/** Writes the links of persons that are locked and not one yet. Whoever calls it names the fact. */
export async function linkPersons(
  tx: TransactionScope,
  personId: CustomerId,
  mergedIds: readonly CustomerId[],
  { reason, confidence = null }: Joining,
): Promise<void> {
  if (mergedIds.length === 0) return;
  const merged = mergedIds as string[];
  await tx.db.sql`
    with moved as (
      -- Links always name the person, never a chain; whom they came with is kept beside it.
      update person_links set into_id = coalesce(into_id, person_id), person_id = ${personId}
      where person_id = any (${merged}::text[])
    ), trace as (
      insert into merges (id, person_id, merged_id, reason, confidence, merged_at, merged_by)
      select id, ${personId}, merged_id, ${reason}, ${confidence}::float8, ${tx.now}::timestamptz, ${tx.viewer.principal}
      from unnest(${merged.map(() => newId('merge'))}::text[], ${merged}::text[]) as m(id, merged_id)
    )
    insert into person_links (member_id, person_id, linked_at)
    select merged_id, ${personId}, ${tx.now}::timestamptz from unnest(${merged}::text[]) as merged_id`;
}
