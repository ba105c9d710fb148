import { checkMoment, checkWhole } from '../../values/check-input.ts';
import { checkText } from '../../values/check-text.ts';
import { Refusal } from '../../values/refusal.ts';
import { ALSO_COUNTED, MOST_UNITS } from '../inventory/stock-count.ts';
import { checkOrderFact } from '../orders/check-order-fact.ts';
import { checkReport } from '../orders/record-tracking-events.ts';
import type { TransactionScope } from '../scope.ts';
import { objectsOf } from './named-objects.ts';
import { pathOf } from './refused-from.ts';
import type { SourceFact, StockCounted, StockMoved } from './source-fact.ts';
import { toOrderFact } from './to-order-fact.ts';
import { toReport } from './to-report.ts';
import type { ToldFact } from './waiting-facts.ts';

const LONGEST_NAME = 300;
/** A source's clock may run ahead of ours by this much; a count from further ahead would block all later ones. */
const AHEAD_MS = 5 * 60_000;

/**
 * Refuses what could not be taken in, whatever else is told: a fact that waits must not be found wrong when what it waits for comes, for
 * that would be refused with it. Products, locations and customers never wait; those who record them check them.
 */
export function checkSourceFact(fact: ToldFact, now: Date): void {
  const path = pathOf(fact);
  checkText(fact.id, [...path, 'id'], LONGEST_NAME);
  checkMoment(fact.occurredAt, [...path, 'occurredAt']);
  if (fact.version !== null) checkWhole(fact.version, [...path, 'version'], 0, Number.MAX_SAFE_INTEGER);
  for (const { externalId } of objectsOf(fact)) checkText(externalId, [...path, 'id'], LONGEST_NAME);
  switch (fact.type) {
    case 'order':
      // An order that waits for its number has one of the right form in time.
      checkOrderFact(toOrderFact(fact, fact.order.number ?? '?'), { at: path, now });
      return;
    case 'tracking':
      checkReport(toReport(fact, null), path, now);
      return;
    case 'stock_count':
    case 'stock_move':
      checkStock(fact, path, now);
      return;
    case 'product':
      for (const { sku } of fact.product.variants) checkText(sku, [...path, 'sku'], 200);
      return;
    case 'location':
    case 'customer':
      return;
  }
}

function checkStock(fact: SourceFact & (StockCounted | StockMoved), path: readonly string[], now: Date): void {
  if (fact.item.sku !== null) checkText(fact.item.sku, [...path, 'sku'], 200);
  checkText(fact.location, [...path, 'location'], 200);
  if (fact.type === 'stock_move') {
    checkWhole(fact.delta, [...path, 'delta'], -MOST_UNITS, MOST_UNITS);
    checkText(fact.reason, [...path, 'reason'], 200);
    if (fact.quantity === 'held')
      throw new Refusal('INVALID_INPUT', 'What is held follows from holds: nobody tells it.', [...path, 'quantity']);
    if (fact.delta === 0)
      throw new Refusal('INVALID_INPUT', '`delta` must not be 0: nothing would change.', [...path, 'delta']);
    return;
  }
  checkWhole(fact.onHand, [...path, 'onHand'], 0, MOST_UNITS);
  for (const name of ALSO_COUNTED) if (fact[name] != null) checkWhole(fact[name], [...path, name], 0, MOST_UNITS);
  if (fact.occurredAt.getTime() > now.getTime() + AHEAD_MS)
    throw new Refusal('INVALID_INPUT', '`occurredAt` lies in the future. Set the clock of the source.', [
      ...path,
      'occurredAt',
    ]);
}

/** Refuses partners that are not there, for the same reason. */
export async function refuseUnknownPartners(tx: TransactionScope, facts: readonly SourceFact[]): Promise<void> {
  const named = facts.flatMap((fact) =>
    fact.type === 'order' && 'partnerId' in fact.fact && fact.fact.partnerId ? [{ fact, id: fact.fact.partnerId }] : [],
  );
  if (named.length === 0) return;
  const rows = await tx.db.sql<{ id: string }[]>`select id from partners where id = any(${named.map(({ id }) => id)})`;
  const there = new Set(rows.map(({ id }) => id));
  const unknown = named.find(({ id }) => !there.has(id));
  if (unknown)
    throw new Refusal('NOT_FOUND', 'No partner has this id. Take it from `partners`.', [
      ...pathOf(unknown.fact),
      'partnerId',
    ]);
}
