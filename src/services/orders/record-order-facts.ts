import type { OrderId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import { hearSources } from '../events/hear-sources.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { checkOrderFact } from './check-order-fact.ts';
import { keepFacts } from './keep-facts.ts';
import { readDecisions } from './keep-quarantine.ts';
import { lockOrders } from './lock-orders.ts';
import type { OrderFact } from './order-fact.ts';
import { factKey } from './order-fact.ts';
import { refoldOrders } from './refold-orders.ts';
import { resolveBuyers } from './resolve-buyers.ts';

/** Facts in one call, at most. */
export const MOST_FACTS = 5_000;

export interface RecordedFacts {
  /** The orders that the facts speak of, in the order of their first fact; without those that nobody has placed yet. */
  readonly orderIds: readonly OrderId[];
  /** Facts that were new. The rest had been said before. */
  readonly recorded: number;
  /** Facts of this call whose order nobody has placed yet. They are kept and taken in when it is. */
  readonly waiting: number;
  /** Facts of this call that are kept apart because they cannot be true. */
  readonly quarantined: number;
}

/**
 * Records what sources say about orders: all of it or, with a refusal, nothing. In any order and any number of times: a fact is
 * named by (source, sourceEventId), and the order is what all its facts say together. One order or hundreds take the same number
 * of statements, so imports hand in batches.
 *
 * `isLedger`: the facts are bookings of an archive of invoices. Their lines, prices and totals may be negative (what went back,
 * corrections), and one may have 10,000 lines.
 *
 * A fact that cannot be true beside the others (another currency, more back than was paid) is kept apart with a reason and has no effect until a
 * person lets it in.
 *
 * Throws INVALID_INPUT, NOT_FOUND (customer, partner); `field` begins with `facts`, index.
 */
export async function recordOrderFacts(
  scope: Scope,
  facts: readonly OrderFact[],
  { isLedger = false } = {},
): Promise<RecordedFacts> {
  requireRight(scope.viewer, 'orders:write');
  if (facts.length > MOST_FACTS)
    throw new Refusal('INVALID_INPUT', `At most ${MOST_FACTS} facts at once. Send the rest in another call.`, [
      'facts',
    ]);
  facts.forEach((fact, i) => checkOrderFact(fact, { at: ['facts', String(i)], now: scope.now, isLedger }));
  if (facts.length === 0) return { orderIds: [], recorded: 0, waiting: 0, quarantined: 0 };

  return atomically(scope, async (tx) => {
    await refuseUnknownPartners(tx, facts);
    const resolved = await resolveBuyers(tx, facts);
    const numbers = [...new Set(facts.map((fact) => fact.orderNumber))];
    const recordedAt = await lockOrders(tx, numbers);
    const sources = facts.map(({ source }) => source);
    const [kept] = await Promise.all([keepFacts(tx, resolved, recordedAt), hearSources(tx, 'orders', sources)]);
    const refolded = await refoldOrders(
      tx,
      [...new Set(kept.map((fact) => fact.orderNumber))],
      { facts: new Set(kept.map(factKey)), scans: new Set() },
      recordedAt,
    );
    const known = new Map(refolded.map(({ number, id }) => [number, id]));
    const asked = numbers.filter((number) => !known.has(number));
    const [others, decisions] = await Promise.all([readIds(tx, asked), readDecisions(tx, asked)]);
    const orders = new Map([...known, ...others]);
    const apart = new Set(refolded.flatMap((order) => [...order.apart]));
    const isApart = (fact: OrderFact) => apart.has(factKey(fact)) || decisions.get(factKey(fact))?.state === 'held';
    return {
      orderIds: numbers.flatMap((number) => orders.get(number) ?? []),
      recorded: kept.length,
      waiting: facts.filter((fact) => !orders.has(fact.orderNumber)).length,
      quarantined: facts.filter(isApart).length,
    };
  });
}

async function readIds(tx: TransactionScope, numbers: readonly string[]): Promise<Map<string, OrderId>> {
  if (numbers.length === 0) return new Map();
  const rows = await tx.db.sql<{ id: OrderId; number: string }[]>`
    select id, number from orders where number = any(${numbers as string[]})`;
  return new Map(rows.map((row) => [row.number, row.id]));
}

async function refuseUnknownPartners(tx: TransactionScope, facts: readonly OrderFact[]): Promise<void> {
  const partnerOf = (fact: OrderFact) => ('partnerId' in fact ? (fact.partnerId ?? null) : null);
  const asked = [...new Set(facts.map(partnerOf).filter((id) => id !== null))];
  if (asked.length === 0) return;
  const rows = await tx.db.sql<{ id: string }[]>`select id from partners where id = any(${asked})`;
  const there = new Set(rows.map((row) => row.id));
  const at = facts.findIndex((fact) => partnerOf(fact) !== null && !there.has(partnerOf(fact)!));
  if (at >= 0)
    throw new Refusal('NOT_FOUND', 'No partner has this id. Take it from `partners`.', [
      'facts',
      String(at),
      'partnerId',
    ]);
}
