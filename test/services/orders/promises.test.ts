import { expect, test } from 'vitest';

import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import { makePromise, type PromiseMade } from '../../../src/services/orders/make-promise.ts';
import { listPromises, promisesOfOrders, readPromises } from '../../../src/services/orders/read-promises.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { settlePromise } from '../../../src/services/orders/settle-promise.ts';
import { watchPromises } from '../../../src/services/orders/watch-promises.ts';
import { AccessDenied } from '../../../src/values/access-denied.ts';
import { newId } from '../../../src/values/ids.ts';
import type { Refusal } from '../../../src/values/refusal.ts';
import { journalOf } from '../../support/journal.ts';
import { factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');
// By the clock of the machine, for what is due is so by the database's.
const agent = aScope(database, 'agent', { now: new Date() });

let count = 0;
async function anOrder() {
  const number = `#P${(count += 1)}`;
  const { customerId } = await atomically(scope, (tx) =>
    identifyCustomer(tx, { kind: 'email', value: `buyer${count}@example.com`, source: 'shop' }),
  );
  const facts = factsOf(number, customerId);
  const { orderIds } = await recordOrderFacts(scope, [facts.placed(), facts.money('payment_recorded', 3_000)]);
  return { id: orderIds[0]!, customerId, facts };
}
const inAnHour = () => new Date(agent.now.getTime() + 3_600_000);
const promising = (orderId: string, but: Partial<PromiseMade> = {}): PromiseMade => ({
  ...{ orderId, conversationId: null, kind: 'delivery', text: 'It is with you by Friday noon.', dueAt: inAnHour() },
  ...but,
});
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error as Refusal).code,
  );
const stateOf = async (id: Awaited<ReturnType<typeof makePromise>>) => (await readPromises(scope, [id]))[0]!.state;
const passes = (id: string) => sql`update customer_promises set due_at = now() - interval '1 second' where id = ${id}`;

test('a promise stands with its words and its time, and the journal tells of it without them', async () => {
  const { id, customerId } = await anOrder();

  const promise = await makePromise(agent, promising(id));

  expect(await promisesOfOrders(scope, [id])).toMatchObject([
    {
      ...{ id: promise, customerId, orderId: id, conversationId: null, kind: 'delivery', state: 'open' },
      ...{ text: 'It is with you by Friday noon.', dueAt: inAnHour(), madeBy: agent.viewer.principal, settledAt: null },
    },
  ]);
  const told = (await journalOf(sql, `customer:${customerId}`)).at(-1)!;
  expect(told).toMatchObject({ type: 'promise.made', details: { promiseId: promise, orderId: id } });
  expect(JSON.stringify(told)).not.toContain('Friday');
});

test('what is told of the order keeps its promises, each by its own facts', async () => {
  const { id, facts } = await anOrder();
  const [delivery, refund, call] = [
    await makePromise(agent, promising(id)),
    await makePromise(agent, promising(id, { kind: 'refund', text: 'The price of one is back.' })),
    await makePromise(agent, promising(id, { kind: 'other', text: 'We call you.' })),
  ];

  await recordOrderFacts(scope, [facts.reached('order_delivered')]);
  expect([await stateOf(delivery), await stateOf(refund), await stateOf(call)]).toEqual(['kept', 'open', 'open']);
  await recordOrderFacts(scope, [facts.money('refund_recorded', 1_000)]);
  expect([await stateOf(delivery), await stateOf(refund), await stateOf(call)]).toEqual(['kept', 'kept', 'open']);

  const told = (await journalOf(sql, `order:${id}`)).filter(({ type }) => type === 'promise.kept');
  expect(told.map(({ details }) => details['promiseId'])).toEqual([delivery, refund]);
  expect((await readPromises(scope, [delivery]))[0]).toMatchObject({ settledBy: null, note: null });
});

test('whose time passes is overdue, is said so once, and may be kept late', async () => {
  const { id, customerId, facts } = await anOrder();
  const promise = await makePromise(agent, promising(id));
  expect(await watchPromises(scope)).toBe(0);
  await passes(promise);

  const found = await Promise.all([1, 2, 3].map(() => watchPromises(scope)));

  expect(found.reduce((sum, one) => sum + one, 0)).toBe(1);
  expect(await stateOf(promise)).toBe('overdue');
  await recordOrderFacts(scope, [facts.reached('order_delivered')]);
  expect(await stateOf(promise)).toBe('kept');
  const told = (await journalOf(sql, `customer:${customerId}`)).map(({ type }) => type);
  expect(told.filter((type) => type.startsWith('promise.'))).toEqual([
    'promise.made',
    'promise.overdue',
    'promise.kept',
  ]);
});

test('a person confirms a promise or takes it back, once, also of several who try', async () => {
  const { id } = await anOrder();
  const promise = await makePromise(agent, promising(id, { kind: 'other' }));

  const answers = await Promise.all([
    ...[1, 2].map(() => refusal(settlePromise(agent, promise, 'kept', 'Called at nine.'))),
    ...[1, 2].map(() => refusal(settlePromise(agent, promise, 'withdrawn', null))),
  ]);

  expect(answers.toSorted()).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', null]);
  expect((await readPromises(scope, [promise]))[0]).toMatchObject({ settledBy: agent.viewer.principal });
});

test.each<[string, string, (orderId: string) => Partial<PromiseMade>]>([
  ['a time that has passed', 'INVALID_INPUT', () => ({ dueAt: new Date(agent.now.getTime() - 1) })],
  ['a time that is no time', 'INVALID_INPUT', () => ({ dueAt: new Date(NaN) })],
  ['a time years ahead', 'INVALID_INPUT', () => ({ dueAt: new Date('2099-01-01T00:00:00Z') })],
  ['no words', 'INVALID_INPUT', () => ({ text: '' })],
  ['a NUL in the words', 'INVALID_INPUT', () => ({ text: 'a\0b' })],
  ['neither order nor conversation', 'INVALID_INPUT', () => ({ orderId: null, kind: 'other' })],
  ['an unknown order', 'NOT_FOUND', () => ({ orderId: newId('order') })],
  ['an unknown conversation', 'NOT_FOUND', () => ({ conversationId: newId('conversation') })],
])('%s is refused and nothing is kept', async (_, code, but) => {
  const { id } = await anOrder();

  expect(await refusal(makePromise(agent, promising(id, but(id))))).toBe(code);

  expect(await promisesOfOrders(scope, [id])).toEqual([]);
});

test('what has happened is not promised', async () => {
  const { id, facts } = await anOrder();
  await recordOrderFacts(scope, [facts.reached('order_delivered')]);

  expect(await refusal(makePromise(agent, promising(id)))).toBe('ORDER_STATUS');
  expect(await refusal(makePromise(agent, promising(id, { kind: 'refund' })))).toBe(null);
});

test('a customer reads the own promises and makes none', async () => {
  const [one, other] = [await anOrder(), await anOrder()];
  const own = await makePromise(agent, promising(one.id));
  const others = await makePromise(agent, promising(other.id));
  const customer = aScope(database, 'customer', { customerId: one.customerId });

  const { nodes } = await listPromises(customer, { state: null }, { first: 100, after: null });

  expect(nodes.map(({ id }) => id)).toEqual([own]);
  expect(await readPromises(customer, [own, others])).toMatchObject([{ id: own }]);
  await expect(makePromise(customer, promising(one.id))).rejects.toThrow(AccessDenied);
  await expect(settlePromise(customer, own, 'kept', null)).rejects.toThrow(AccessDenied);
});
