import type { CustomerId } from '../../values/ids.ts';
import { recordFact } from '../events/atomically.ts';
import { stream } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import { linkPersons } from './merging/join-persons.ts';
import { lockPersons } from './merging/lock-persons.ts';
import { membersOf } from './person-of.ts';

/**
 * Makes an anonymous visitor one person with a customer whom the shop knows: their baskets and pages are that person's from now on.
 * Only a visitor of whom nothing but visitor ids is known; two customers that each have a name of their own are never linked here.
 * Returns whether they are one person now.
 */
export async function linkVisitor(tx: TransactionScope, visitorId: CustomerId, knownId: CustomerId): Promise<boolean> {
  // Two logins of one visitor come one after the other.
  const personOf = await lockPersons(tx, [visitorId, knownId]);
  const visitor = personOf.get(visitorId)!;
  const known = personOf.get(knownId)!;
  if (visitor === known) return true;
  const { sql } = tx.db;
  const [named] = await sql`
    select 1 from identities i where i.kind <> 'visitor_id' and i.customer_id in ${membersOf(sql, visitor)} limit 1`;
  if (named) return false;
  await linkPersons(tx, known, [visitor], { reason: 'login' });
  recordFact(tx, {
    type: 'customer.linked',
    streams: [stream.customer(known), stream.customer(visitor)],
    details: { customerId: known, memberId: visitor },
  });
  return true;
}
