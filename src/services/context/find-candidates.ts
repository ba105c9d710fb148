import type { CustomerId } from '../../values/ids.ts';
import type { CustomerSearchMatch } from '../../values/customer-search.ts';
import { servesViewer } from '../access/purposes.ts';
import { reachOf } from '../access/role-rights.ts';
import { withinReach } from '../customers/person-of.ts';
import { ordersWithinReach } from '../orders/order-reach.ts';
import type { Scope } from '../scope.ts';
import { findByName, type Bearer } from './find-by-name.ts';
import type { SearchTerms, WordRange } from './search-terms.ts';

export interface Candidate {
  readonly id: CustomerId;
  /** 0 to 1. */
  readonly score: number;
  readonly matchedOn: CustomerSearchMatch;
}

/** Of each way to find somebody, the first of its index. More is not looked at, however common a word is. */
const MOST_EACH = 200;

/**
 * Persons that a search may mean, with how well: whole identities and numbers 1, whole names 0.9, beginnings less. Only rows that the
 * viewer may read are candidates, and only ways whose right the viewer has.
 */
export async function findCandidates(
  scope: Scope,
  terms: SearchTerms,
  ranges: readonly WordRange[],
): Promise<Candidate[]> {
  const { sql } = scope.db;
  // Whoever may not see an address is not told whose it is either.
  const seesContact = servesViewer(scope.viewer, 'contact');
  const parts = [
    ...(seesContact ? [byIdentity(scope, terms)] : []),
    ...(seesContact && terms.phoneTail ? [byPhoneTail(scope, terms.phoneTail)] : []),
    ...(terms.orderNumbers.length > 0 && reachOf(scope.viewer, 'orders:read') ? [byOrderNumber(scope, terms)] : []),
    ...(terms.reference && reachOf(scope.viewer, 'conversations:read') ? [byReference(scope, terms.reference)] : []),
    byName(scope, await findByName(scope, ranges)),
  ];
  return sql<Candidate[]>`
    select coalesce(l.person_id, hit.customer_id) as id, max(round(hit.score::numeric, 4))::float8 as score,
      (array_agg(hit.matched_on order by hit.score desc, hit.matched_on))[1] as matched_on
    from (${parts.reduce((all, part) => sql`${all} union all ${part}`)}) as hit(customer_id, score, matched_on)
    left join person_links l on l.member_id = hit.customer_id
    group by 1`;
}

function byIdentity(scope: Scope, { identities }: SearchTerms) {
  const { sql } = scope.db;
  return sql`(
    select i.customer_id, case when i.normalized = asked.low then 1 else 0.7 end::float8, 'identity'
    from unnest(${identities.map(({ kind }) => kind)}::text[], ${identities.map(({ low }) => low)}::text[],
      ${identities.map(({ high }) => high)}::text[]) as asked(kind, low, high)
    cross join lateral (
      select i.customer_id, i.normalized from identities i
      where i.kind = asked.kind and i.normalized >= asked.low and i.normalized < asked.high
        and ${withinReach(scope, 'customers:read', 'i.customer_id')}
      order by i.kind, i.normalized limit ${MOST_EACH}
    ) i)`;
}

function byPhoneTail(scope: Scope, { low, high }: { low: string; high: string }) {
  const { sql } = scope.db;
  return sql`(
    select i.customer_id, 0.8::float8, 'identity' from identities i
    where i.kind = 'phone' and reverse(i.normalized) >= ${low} and reverse(i.normalized) < ${high}
      and ${withinReach(scope, 'customers:read', 'i.customer_id')}
    order by reverse(i.normalized) limit ${MOST_EACH})`;
}

function byOrderNumber(scope: Scope, { orderNumbers }: SearchTerms) {
  const { sql } = scope.db;
  return sql`(
    select o.customer_id, case when o.number = asked.low then 1 else 0.7 end::float8, 'order_number'
    from unnest(${orderNumbers.map(({ low }) => low)}::text[], ${orderNumbers.map(({ high }) => high)}::text[]) as asked(low, high)
    cross join lateral (
      select o.customer_id, o.number from orders o
      where o.number ~>=~ asked.low and o.number ~<~ asked.high and ${ordersWithinReach(scope, 'orders:read')}
        and ${withinReach(scope, 'customers:read', 'o.customer_id')}
      order by o.number using ~<~ limit ${MOST_EACH}
    ) o)`;
}

function byReference(scope: Scope, reference: string) {
  const { sql } = scope.db;
  return sql`(
    select c.customer_id, 1::float8, 'conversation_reference' from conversations c
    where c.reference = ${reference} and ${withinReach(scope, 'conversations:read', 'c.customer_id')}
      and ${withinReach(scope, 'customers:read', 'c.customer_id')})`;
}

function byName({ db: { sql } }: Scope, bearers: readonly Bearer[]) {
  return sql`(
    select b.customer_id, 0.9 * b.likeness, 'name'
    from unnest(${bearers.map(({ customerId }) => customerId)}::text[], ${bearers.map(({ likeness }) => likeness)}::float8[])
      as b(customer_id, likeness))`;
}
