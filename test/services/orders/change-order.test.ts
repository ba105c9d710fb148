import { expect, test } from 'vitest';

import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { recordProducts } from '../../../src/services/inventory/record-products.ts';
import { advanceReturn } from '../../../src/services/orders/advance-return.ts';
import { changeOrder } from '../../../src/services/orders/change-order.ts';
import type { OrderChange } from '../../../src/services/orders/order-change.ts';
import type { OrderFact } from '../../../src/services/orders/order-fact.ts';
import { readOrderLines, readPayments, readReturns } from '../../../src/services/orders/read-order-parts.ts';
import { readOrders } from '../../../src/services/orders/read-orders.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { newId } from '../../../src/values/ids.ts';
import type { Refusal } from '../../../src/values/refusal.ts';
import { journalOf } from '../../support/journal.ts';
import { aLine, factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');
const agent = aScope(database, 'agent');

await recordProducts(scope, [
  {
    ...{ externalId: 'cup', title: 'Cup', brand: null, category: null },
    variants: ['CUP-RED', 'CUP-BLUE'].map((sku, i) => ({
      ...{ sku, title: sku, options: { color: sku }, priceMinor: 1_000 + i * 500, currency: 'EUR' },
    })),
  },
]);

let count = 0;
async function anOrder(...more: ((facts: ReturnType<typeof factsOf>) => OrderFact)[]) {
  const number = `#C${(count += 1)}`;
  const { customerId } = await atomically(scope, (tx) =>
    identifyCustomer(tx, { kind: 'email', value: `buyer${count}@example.com`, source: 'shop' }),
  );
  const facts = factsOf(number, customerId);
  const lines = [aLine('1', { sku: 'CUP-RED' }), aLine('2', { quantity: 2 })];
  const placed = [facts.placed({ lines }), facts.money('payment_recorded', 3_000), ...more.map((make) => make(facts))];
  const { orderIds } = await recordOrderFacts(scope, placed);
  return { id: orderIds[0]!, number, facts };
}
const card = { method: 'credit_card', externalId: 'card-1', balanceMinor: null };
const cancel: OrderChange = { kind: 'cancel', reason: 'Ordered by mistake' };
const toBlue: OrderChange = {
  kind: 'items',
  lines: [{ lineExternalId: '1', quantity: 1, sku: 'CUP-BLUE' }],
  means: card,
};
const returning = (quantity: number): OrderChange => ({
  kind: 'return',
  lines: [{ lineExternalId: '2', quantity }],
  reason: 'Too small',
  means: card,
});
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error as Refusal).code,
  );

test('an agent cancels an order: its money is promised back, and the journal tells', async () => {
  const { id } = await anOrder();

  await changeOrder(agent, id, cancel);

  expect(await readOrders(scope, [id])).toMatchObject([
    {
      status: 'cancelled',
      fulfilmentStatus: 'cancelled',
      paymentStatus: 'refund_pending',
      cancelReason: 'Ordered by mistake',
    },
  ]);
  const payments = await readPayments(scope, [id]);
  expect(payments.map(({ kind, amountMinor, state }) => [kind, amountMinor, state])).toEqual(
    expect.arrayContaining([
      ['payment', 3_000, 'done'],
      ['refund', 3_000, 'pending'],
    ]),
  );
  expect(payments.find(({ kind }) => kind === 'refund')!.expectedBy).not.toBeNull();
  const told = await journalOf(sql, `order:${id}`);
  expect(told.at(-1)).toMatchObject({ type: 'order.status_changed', details: { status: 'cancelled' } });
  expect(JSON.stringify(told)).not.toContain('mistake');
});

test.each(['card-1', 'refund-77'])('the refund that the shop tells as %s keeps the promise', async (externalId) => {
  const { id, facts } = await anOrder();
  await changeOrder(agent, id, cancel);

  const refund = facts.money('refund_recorded', 3_000, { occurredAt: new Date('2027-01-01T00:00:00Z') });
  await recordOrderFacts(scope, [{ ...refund, externalId } as OrderFact]);

  expect(await readOrders(scope, [id])).toMatchObject([{ paymentStatus: 'refunded' }]);
  const refunds = (await readPayments(scope, [id])).filter(({ kind }) => kind === 'refund');
  expect(refunds.filter(({ state }) => state === 'done')).toMatchObject([{ externalId, amountMinor: 3_000 }]);
  expect(refunds.filter(({ state }) => state === 'pending')).toEqual([]);
});

test('items change once, at the price of the catalogue', async () => {
  const { id } = await anOrder();

  await changeOrder(agent, id, toBlue);

  expect((await readOrderLines(scope, [id]))[0]).toMatchObject({
    externalId: '1',
    sku: 'CUP-BLUE',
    unitPriceMinor: 1_500,
  });
  expect(await readOrders(scope, [id])).toMatchObject([
    { status: 'pending', totalMinor: 3_500, paymentStatus: 'paid' },
  ]);
  expect(await refusal(changeOrder(agent, id, cancel))).toBe('ITEMS_CHANGED_BEFORE');
});

test('what the desk changes comes after what it saw, also where the clock of a source runs ahead', async () => {
  const { id, number } = await anOrder();
  const ahead = new Date(Date.now() + 3_600_000);
  const moved = { kind: 'address_changed', shippingAddress: { line1: 'Rantatie 2', city: 'Oulu' } } as const;
  const origin = { orderNumber: number, source: 'shop', sourceEventId: `${number}/moved`, occurredAt: ahead };
  await recordOrderFacts(scope, [{ ...moved, ...origin }]);

  await changeOrder(agent, id, { kind: 'address', shippingAddress: { line1: 'Metsätie 3', city: 'Kuopio' } });

  expect(await readOrders(scope, [id])).toMatchObject([{ shippingAddress: { city: 'Kuopio' } }]);
});

test('two who cancel at once: one does, and money is promised once', async () => {
  const { id } = await anOrder();

  const answers = await Promise.all([1, 2, 3, 4].map(() => refusal(changeOrder(agent, id, cancel))));

  expect(answers.toSorted()).toEqual(['ORDER_STATUS', 'ORDER_STATUS', 'ORDER_STATUS', null]);
  expect((await readPayments(scope, [id])).filter(({ kind }) => kind === 'refund')).toHaveLength(1);
});

test('returns at once never take more units than there are', async () => {
  const { id } = await anOrder((facts) => facts.reached('order_delivered'));

  const answers = await Promise.all([1, 2, 3].map(() => refusal(changeOrder(agent, id, returning(1)))));

  expect(answers.filter((answer) => answer === null)).toHaveLength(2);
  expect(answers.filter((answer) => answer === 'RETURNED_BEFORE')).toHaveLength(1);
  const returns = await readReturns(scope, [id]);
  expect(returns.map(({ externalId, status, outcome }) => [externalId, status, outcome])).toEqual([
    ['desk-1', 'requested', 'refund'],
    ['desk-2', 'requested', 'refund'],
  ]);
  expect(returns[0]!.steps).toMatchObject([{ status: 'requested' }]);
});

test('a return goes on step by step, and counts what arrived', async () => {
  const { id } = await anOrder((facts) => facts.reached('order_delivered'));
  await changeOrder(agent, id, returning(2));
  const [started] = await readReturns(scope, [id]);

  expect(await refusal(advanceReturn(agent, started!.id, 'refunded', []))).toBe('RETURN_STATUS');
  await advanceReturn(agent, started!.id, 'approved', []);
  await advanceReturn(agent, started!.id, 'received', [{ lineExternalId: '2', quantity: 1 }]);

  const [one] = await readReturns(scope, [id]);
  expect(one).toMatchObject({ status: 'received', lines: [{ lineExternalId: '2', quantity: 2, receivedQuantity: 1 }] });
  expect(one!.steps.map(({ status }) => status)).toEqual(['requested', 'approved', 'received']);
  expect(one!.refundExpectedBy).not.toBeNull();
  expect(await readOrders(scope, [id])).toMatchObject([{ status: 'delivered', returnStatus: 'partially_returned' }]);
});

test('what is refused changes nothing', async () => {
  const { id } = await anOrder((facts) => facts.reached('order_processed'));
  const rows = () => sql`
    select (select count(*)::int from order_facts) as facts, (select count(*)::int from events) as events,
      (select max(updated_at) from orders) as changed`;
  const before = await rows();

  expect(await refusal(changeOrder(agent, id, cancel))).toBe('ORDER_STATUS');
  expect(await refusal(changeOrder(agent, newId('order'), cancel))).toBe('NOT_FOUND');
  expect([...(await rows())]).toEqual([...before]);
});
