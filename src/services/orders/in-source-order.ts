import type { KeptFact, OrderFactBody, OrderFactKind } from './order-fact.ts';
import { factKey } from './order-fact.ts';

const RANK: Record<OrderFactKind, number> = {
  order_placed: 0,
  lines_changed: 1,
  address_changed: 2,
  payment_recorded: 3,
  order_processed: 4,
  fulfilment_order_recorded: 5,
  shipment_created: 6,
  order_delivered: 7,
  return_recorded: 8,
  order_cancelled: 9,
  refund_promised: 10,
  refund_recorded: 11,
};

/** What a source's version counts: the order itself, or one payment, parcel or return of it. */
const objectOf = (body: OrderFactBody): string => ('externalId' in body ? `${body.kind}:${body.externalId}` : 'order');

const compare = <T extends number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Facts without repeats, in the order in which they became true, whatever the order of arrival.
 *
 * Within one object of one source the source's version decides: a fact with a higher version is never earlier than one with a
 * lower version, whatever the clocks say. Between objects and sources, whose versions cannot be compared, clocks decide. Ties go
 * by kind and then by the source's event id, so that the order is the same for every permutation.
 */
export function inSourceOrder(facts: readonly KeptFact[]): { fact: KeptFact; at: number }[] {
  const distinct = [...new Map(facts.map((fact) => [factKey(fact), fact])).values()];
  const rows = distinct.map((fact) => ({
    fact,
    object: `${fact.source}\n${objectOf(fact.body)}`,
    version: fact.sourceVersion ?? -1,
    at: fact.occurredAt.getTime(),
  }));
  type Row = (typeof rows)[number];
  const byVersion = (a: Row, b: Row) =>
    compare(a.object, b.object) ||
    compare(a.version, b.version) ||
    compare(a.fact.occurredAt.getTime(), b.fact.occurredAt.getTime()) ||
    compare(RANK[a.fact.body.kind], RANK[b.fact.body.kind]) ||
    compare(a.fact.sourceEventId, b.fact.sourceEventId);
  rows.sort(byVersion);
  rows.forEach((row, i) => {
    const before = rows[i - 1];
    // The running maximum of the clocks along the versions: a clock that went backwards does not overrule a version.
    if (before?.object === row.object && before.version >= 0 && row.version >= 0) row.at = Math.max(row.at, before.at);
  });
  return rows.sort((a, b) => compare(a.at, b.at) || byVersion(a, b)).map(({ fact, at }) => ({ fact, at }));
}
