import { newId, type OrderId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { checkText } from '../../values/check-text.ts';
import { checkWhole } from '../../values/check-input.ts';
import { availableOfRow } from '../../values/stock-quantities.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { afterEverything } from './after-everything.ts';
import { checkAddress } from './check-order-fact.ts';
import type { OrderState } from './fold-order.ts';
import { keepFacts } from './keep-facts.ts';
import { lockOrders } from './lock-orders.ts';
import { CHANGE_POLICY, type ChangePolicy, type OfferedVariant, type OrderChange } from './order-change.ts';
import { DESK, factKey } from './order-fact.ts';
import { ordersWithinReach } from './order-reach.ts';
import { readOrderState } from './read-order-state.ts';
import { refoldOrders } from './refold-orders.ts';
import { weighOrderChange } from './weigh-order-change.ts';

/**
 * Changes an order for its customer: what it means is kept as facts of the desk beside those of the sources, and the order follows.
 * Two who change at once: one after the other, each under what then holds.
 *
 * Throws NOT_FOUND, INVALID_INPUT, ORDER_STATUS, ITEMS_CHANGED_BEFORE, REASON_NOT_ACCEPTED, PAYMENT_MEANS, OTHER_PRODUCT, RETURNED_BEFORE,
 * INSUFFICIENT_STOCK, CURRENCY_MISMATCH.
 */
export async function changeOrder(
  scope: Scope,
  id: string,
  change: OrderChange,
  policy: ChangePolicy = CHANGE_POLICY,
): Promise<OrderId> {
  requireRight(scope.viewer, 'orders:change');
  checkChange(change);
  return atomically(scope, async (tx) => {
    const order = await findOrder(tx, id);
    const recordedAt = await lockOrders(tx, [order.number]);
    const known = await readOrderState(tx, order.number);
    if (!known) throw notFound();
    const { state, newestAt } = known;
    const offers = await readOffers(tx, state, change);
    const bodies = weighOrderChange(state, change, { offers, policy });
    const occurredAt = afterEverything(newestAt, recordedAt);
    const act = newId('orderFact');
    const facts = bodies.map((body, i) => ({
      ...body,
      ...{ orderNumber: order.number, source: DESK, sourceEventId: `${act}/${i}`, occurredAt, receivedAt: recordedAt },
    }));
    const kept = await keepFacts(tx, facts, recordedAt);
    const fresh = { facts: new Set(kept.map(factKey)), scans: new Set<string>() };
    await refoldOrders(tx, [order.number], fresh, recordedAt);
    return order.id;
  });
}

const notFound = () => new Refusal('NOT_FOUND', 'There is no order with this id that you can see.', ['id']);

async function findOrder(tx: TransactionScope, id: string): Promise<{ id: OrderId; number: string }> {
  const [order] = await tx.db.sql<{ id: OrderId; number: string }[]>`
    select o.id, o.number from orders o where o.id = ${id} and ${ordersWithinReach(tx, 'orders:change')}`;
  if (!order) throw notFound();
  return order;
}

function checkChange(change: OrderChange): void {
  if ('means' in change) {
    checkText(change.means.method, ['input', 'means', 'method'], 100);
    checkText(change.means.externalId, ['input', 'means', 'externalId'], 280);
    if (change.means.balanceMinor !== null)
      checkWhole(change.means.balanceMinor, ['input', 'means', 'balanceMinor'], 0, Number.MAX_SAFE_INTEGER);
  }
  if (change.kind === 'cancel') checkText(change.reason, ['reason'], 500);
  if (change.kind === 'address') checkAddress(change.shippingAddress, ['shippingAddress']);
  if ('lines' in change) {
    checkWhole(change.lines.length, ['input', 'lines', 'length'], 1, 1_000);
    if (change.kind !== 'items' && change.reason !== null) checkText(change.reason, ['input', 'reason'], 500);
  }
}

/** Articles of the order and those that they are to become, with what could be sold of each. */
async function readOffers(
  tx: TransactionScope,
  state: OrderState,
  change: OrderChange,
): Promise<ReadonlyMap<string, OfferedVariant>> {
  if (change.kind !== 'items' && change.kind !== 'exchange') return new Map();
  const skus = [...new Set([...state.lines, ...change.lines].map(({ sku }) => sku))];
  const rows = await tx.db.sql<OfferedVariant[]>`
    select v.sku, v.product_id, v.title, v.options, v.price_minor, v.currency, (
      select sum(${tx.db.sql.unsafe(availableOfRow('l'))})::int from stock_levels l where l.variant_id = v.id
    ) as available
    from variants v where v.sku = any(${skus})`;
  return new Map(rows.map((row) => [row.sku, row]));
}
