import type { CustomerId } from '../../../values/ids.ts';
import { Refusal } from '../../../values/refusal.ts';
import { recordFact } from '../../events/atomically.ts';
import { stream } from '../../events/fact.ts';
import type { TransactionScope } from '../../scope.ts';
import { keepApart } from './keep-apart.ts';
import { lockPersons } from './lock-persons.ts';

export interface Parted {
  /** The person that they were until now. */
  readonly personId: CustomerId;
  /** Who is a person of their own again. */
  readonly leaverId: CustomerId;
  /** Everybody who left: the leaver, and those that had been joined with the leaver before. */
  readonly leftIds: readonly CustomerId[];
}

/**
 * Takes a member out of its person, with everybody who had been joined with it before: what arrived under them is theirs again. The
 * member's stream goes on at its next version, and nothing merges the two again by itself. For use cases that have asked their own right. Refuses with NOT_FOUND and NOT_MERGED.
 */
export async function partPerson(tx: TransactionScope, memberId: string): Promise<Parted> {
  const personId = (await lockPersons(tx, [memberId])).get(memberId);
  if (!personId) throw new Refusal('NOT_FOUND', 'There is no customer with this id that you can see.', ['id']);
  if (personId === memberId)
    throw new Refusal('NOT_MERGED', 'This customer is a person of its own: there is no merge to take back.', ['id']);
  const { sql } = tx.db;
  const [row] = await sql<{ leftIds: CustomerId[] }[]>`
    with recursive links as materialized (
      select member_id, coalesce(into_id, person_id) as into_id from person_links where person_id = ${personId}
    ), leaving as (
      select ${memberId}::text collate "C" as id
      union select l.member_id from leaving v join links l on l.into_id = v.id
    ), followed as (
      update person_links set person_id = ${memberId}, into_id = nullif(into_id, ${memberId})
      where member_id in (select id from leaving) and member_id <> ${memberId}
    ), gone as (
      delete from person_links where member_id = ${memberId}
    ), trace as (
      update merges set unmerged_at = ${tx.now}, unmerged_by = ${tx.viewer.principal}
      where merged_id = ${memberId} and unmerged_at is null
    )
    select array_agg(id) as left_ids from leaving`;
  const leaverId = memberId as CustomerId;
  await keepApart(tx, personId, leaverId);
  recordFact(tx, {
    type: 'customer.unmerged',
    streams: [stream.customer(personId), stream.customer(leaverId)],
    details: { customerId: personId, unmergedId: leaverId },
  });
  return { personId, leaverId, leftIds: row!.leftIds };
}
