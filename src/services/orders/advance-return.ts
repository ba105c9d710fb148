import { RETURN_TRANSITIONS } from '../../values/order-axes.ts';
import { newId, type OrderId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { ReturnStatus } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import type { OrderState } from './fold-order.ts';
import type { FoldedReturn } from './fold-return.ts';
import { afterEverything } from './after-everything.ts';
import { keepFacts } from './keep-facts.ts';
import { lockOrders } from './lock-orders.ts';
import { DESK, factKey, type ReturnRecorded } from './order-fact.ts';
import { ordersWithinReach } from './order-reach.ts';
import { readOrderState } from './read-order-state.ts';
import { refoldOrders } from './refold-orders.ts';

/** Units of a line that arrived so far. */
export interface ArrivedLine {
  readonly lineExternalId: string;
  readonly quantity: number;
}

/** A return one legal step further, as its next fact. Pure; throws a Refusal for a step that is not next. */
export function weighReturnStep(
  one: FoldedReturn,
  status: ReturnStatus,
  arrived: readonly ArrivedLine[],
): ReturnRecorded {
  const next = RETURN_TRANSITIONS[one.status];
  if (!next.includes(status))
    throw new Refusal(
      'RETURN_STATUS',
      next.length === 0
        ? `The return is ${one.status}: that is its end.`
        : `From ${one.status} it goes to: ${next.join(', ')}.`,
      ['status'],
    );
  arrived.forEach(({ lineExternalId, quantity }, i) => {
    const line = one.lines.find((other) => other.lineExternalId === lineExternalId);
    const field = ['arrived', String(i), 'lineExternalId'];
    if (!line) throw new Refusal('NOT_FOUND', 'The return has no line with this id.', field);
    if (!Number.isSafeInteger(quantity) || quantity < 0 || quantity > line.quantity)
      throw new Refusal('INVALID_INPUT', `\`quantity\` must be a whole number from 0 to ${line.quantity}.`, [
        ...field.slice(0, -1),
        'quantity',
      ]);
  });
  const counted = new Map(arrived.map(({ lineExternalId, quantity }) => [lineExternalId, quantity]));
  const lines = one.lines.map((line) => ({
    ...line,
    receivedQuantity: counted.get(line.lineExternalId) ?? line.receivedQuantity,
  }));
  return { kind: 'return_recorded', externalId: one.externalId, status, lines: counted.size === 0 ? null : lines };
}

/**
 * Takes a return one step further for the shop. Two at once: the second finds the step done.
 *
 * Throws NOT_FOUND, INVALID_INPUT, RETURN_STATUS.
 */
export async function advanceReturn(
  scope: Scope,
  id: string,
  status: ReturnStatus,
  arrived: readonly ArrivedLine[],
): Promise<OrderId> {
  requireRight(scope.viewer, 'orders:change');
  return atomically(scope, async (tx) => {
    const { orderId, number, externalId } = await findReturn(tx, id);
    const recordedAt = await lockOrders(tx, [number]);
    const known = await readOrderState(tx, number);
    if (!known) throw notFound();
    const body = weighReturnStep(returnOf(known.state, externalId), status, arrived);
    const origin = { orderNumber: number, source: DESK, sourceEventId: newId('orderFact'), receivedAt: recordedAt };
    const kept = await keepFacts(
      tx,
      [{ ...body, ...origin, occurredAt: afterEverything(known.newestAt, recordedAt) }],
      recordedAt,
    );
    await refoldOrders(tx, [number], { facts: new Set(kept.map(factKey)), scans: new Set() }, recordedAt);
    return orderId;
  });
}

async function findReturn(tx: TransactionScope, id: string) {
  const [row] = await tx.db.sql<{ orderId: OrderId; number: string; externalId: string }[]>`
    select o.id as order_id, o.number, r.external_id from returns r join orders o on o.id = r.order_id
    where r.id = ${id} and ${ordersWithinReach(tx, 'orders:change')}`;
  if (!row) throw notFound();
  return row;
}

function returnOf({ returns }: OrderState, externalId: string): FoldedReturn {
  const one = returns.find((other) => other.externalId === externalId);
  if (!one) throw notFound();
  return one;
}

const notFound = () => new Refusal('NOT_FOUND', 'There is no return with this id that you can see.', ['id']);
