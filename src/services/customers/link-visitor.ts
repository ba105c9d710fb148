import type { CustomerId } from '../../values/ids.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { personOf } from './person-of.ts';

/**
 * Makes an anonymous visitor one person with a customer whom the shop knows: their baskets and pages are that person's from now on.
 * Only a visitor of whom nothing but visitor ids is known; two customers that each have a name of their own are never linked here.
 * Returns whether they are one person now.
 */
export async function linkVisitor(tx: TransactionScope, visitorId: CustomerId, knownId: CustomerId): Promise<boolean> {
  const { sql } = tx.db;
  // Both persons are locked in one order, and read by a later statement: two logins of one visitor come one after the other.
  await sql`
    select 1 from customers where id in (${personOf(sql, visitorId)}, ${personOf(sql, knownId)})
    order by id for no key update`;
  const [found] = await sql<{ visitor: CustomerId; known: CustomerId; isAnonymous: boolean }[]>`
    with persons as (select ${personOf(sql, visitorId)} as visitor, ${personOf(sql, knownId)} as known)
    select visitor, known, not exists (
      select 1 from identities i
      where i.kind <> 'visitor_id'
        and i.customer_id in (select visitor union all select member_id from person_links where person_id = visitor)
    ) as is_anonymous
    from persons`;
  const { visitor, known, isAnonymous } = found!;
  if (visitor === known) return true;
  if (!isAnonymous) return false;
  await sql`update person_links set person_id = ${known}, linked_at = ${tx.now} where person_id = ${visitor}`;
  await sql`insert into person_links (member_id, person_id, linked_at) values (${visitor}, ${known}, ${tx.now})`;
  recordFact(tx, {
    type: 'customer.linked',
    streams: [stream.customer(known), stream.customer(visitor)],
    details: { customerId: known, memberId: visitor },
  });
  return true;
}
