import { checkOptionalText } from '../../values/check-text.ts';
import type { QuarantinedFactId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { reachOf, requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import { decideQuarantinedFact, type DecidedFact } from '../orders/decide-quarantined-fact.ts';
import { factKey } from '../orders/order-fact.ts';
import { recordOrderFacts } from '../orders/record-order-facts.ts';
import { refoldOrders } from '../orders/refold-orders.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { receiveStock } from './receive-stock.ts';
import type { OrderTold, SourceFactBody, StockMoved } from './source-fact.ts';
import { toOrderFact } from './to-order-fact.ts';
import type { ToldFact } from './waiting-facts.ts';

/**
 * Lets a fact in that was kept apart: from now on it counts, whatever it looks like beside the others. Units that are still not there
 * are not taken (INSUFFICIENT_STOCK): put them there first.
 */
export async function releaseQuarantinedFact(
  scope: Scope,
  id: string,
  note: string | null,
): Promise<QuarantinedFactId> {
  requireRight(scope.viewer, 'quarantine:write');
  const why = checkOptionalText(note, ['note'], 1_000);
  return atomically(scope, async (tx) => {
    const fact = await decideQuarantinedFact(tx, id, 'released', why);
    const told = asTold(fact);
    if (told?.type === 'stock_move') await takeMove(tx, told);
    // Told by a connector before facts of orders were kept with their order.
    else if (told?.type === 'order') await recordOrderFacts(tx, [toOrderFact(told, fact.orderNumber ?? '')]);
    else if (fact.orderNumber !== null)
      await refoldOrders(tx, [fact.orderNumber], { facts: new Set([factKey(fact)]), scans: new Set() }, fact.now);
    return fact.id;
  });
}

type Told<B> = ToldFact & B;

/** What a source told, where it is kept whole. Null: it is kept with its order. */
function asTold(fact: DecidedFact): Told<OrderTold> | Told<StockMoved> | null {
  const body = fact.body as Partial<SourceFactBody>;
  if (body.type !== 'order' && body.type !== 'stock_move') return null;
  const { source, sourceEventId, version, occurredAt, receivedAt } = fact;
  return { ...(body as OrderTold | StockMoved), id: sourceEventId, source, version, occurredAt, receivedAt };
}

async function takeMove(tx: TransactionScope, move: Told<StockMoved>): Promise<void> {
  if (!reachOf(tx.viewer, 'stock:write'))
    throw new Refusal('NOT_ALLOWED', 'This fact moves stock. Ask somebody who may write stock.', ['id']);
  const { quarantined } = await receiveStock(tx, [move]);
  if (quarantined > 0)
    throw new Refusal('INSUFFICIENT_STOCK', 'There are still fewer units than it takes. Put them there first.', ['id']);
}
