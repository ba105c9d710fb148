import { beforeAll, expect, test } from 'vitest';

import { recordActivities } from '../../../../src/services/activity/record-activities.ts';
import { ensureInbox } from '../../../../src/services/conversations/ensure-inbox.ts';
import { upsertCustomer } from '../../../../src/services/customers/upsert-customer.ts';
import { receiveMessages } from '../../../../src/services/intake/receive-messages.ts';
import type { OrderFact } from '../../../../src/services/orders/order-fact.ts';
import { recordOrderFacts } from '../../../../src/services/orders/record-order-facts.ts';
import { factsOf } from '../../../support/orders.ts';
import { aScope } from '../../../support/scopes.ts';
import { withDatabase } from '../../../support/with-database.ts';

// The till of a shop writes its own telephone number where a buyer gives none.
const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');

beforeAll(async () => {
  await ensureInbox(scope, { externalId: 'archive', channel: 'sms', name: 'Text messages', market: 'FI' });
});

let count = 0;
const aPhone = () => `+35845${String(3_000_000 + (count += 1))}`;

/** A telephone number with which so many different people came. */
async function sharedBy(people: number): Promise<{ phone: string; customerIds: string[] }> {
  const phone = aPhone();
  const customerIds: string[] = [];
  for (let i = 0; i < people; i += 1) {
    const identities = [
      { kind: 'loyalty_id' as const, value: `card-${(count += 1)}` },
      { kind: 'phone' as const, value: phone },
    ];
    customerIds.push((await upsertCustomer(scope, { identities, source: 'till', occurredAt: scope.now })).personId);
  }
  return { phone, customerIds };
}
async function orderBy(phone: string): Promise<{ number: string; fact: OrderFact; customerId: string }> {
  const number = `T${(count += 1)}`;
  const { customerId: _, ...placed } = factsOf(number, 'cus_none' as never).placed() as OrderFact & {
    kind: 'order_placed';
  };
  const fact = { ...placed, occurredAt: scope.now, identity: { kind: 'phone' as const, value: phone } };
  await recordOrderFacts(scope, [fact]);
  return { number, fact, customerId: await buyerOf(number) };
}
async function buyerOf(number: string): Promise<string> {
  const [row] = await sql<{ customerId: string }[]>`select customer_id from orders where number = ${number}`;
  return row!.customerId;
}
const evidenceOf = async (customerId: string) => [
  ...(await sql`select kind, value, reason from dropped_identities where customer_id = ${customerId}`),
];

test('an order that names a shared number alone is nobody’s whom we know, and a repeat of it changes nothing', async () => {
  const { phone, customerIds } = await sharedBy(6);

  const [one, other] = [await orderBy(phone), await orderBy(phone)];

  expect(customerIds).not.toContain(one.customerId);
  expect(customerIds).not.toContain(other.customerId);
  expect(one.customerId).not.toBe(other.customerId);
  expect(await evidenceOf(one.customerId)).toEqual([{ kind: 'phone', value: phone, reason: 'shared' }]);
  expect(await recordOrderFacts(scope, [one.fact])).toMatchObject({ recorded: 0 });
  expect(await buyerOf(one.number)).toBe(one.customerId);
});

test('up to the limit an order goes to whoever had the number first', async () => {
  const { phone, customerIds } = await sharedBy(5);

  expect((await orderBy(phone)).customerId).toBe(customerIds[0]);
});

test('in a list of orders only those with the shared number are kept apart', async () => {
  const { phone } = await sharedBy(6);
  const own = aPhone();
  const facts = [own, phone, own].map((value) => {
    const { customerId: _, ...placed } = factsOf(`T${(count += 1)}`, 'cus_none' as never).placed() as OrderFact & {
      kind: 'order_placed';
    };
    return { ...placed, occurredAt: scope.now, identity: { kind: 'phone' as const, value } };
  });

  await recordOrderFacts(scope, facts);

  const [first, shared, second] = await Promise.all(facts.map(({ orderNumber }) => buyerOf(orderNumber)));
  expect(second).toBe(first);
  expect(shared).not.toBe(first);
});

test('a visit that names a shared number alone is refused with the reason, the rest of the list is taken', async () => {
  const { phone } = await sharedBy(6);
  const visit = (value: string) => ({
    ...{ identity: { kind: 'phone' as const, value }, source: 'site', occurredAt: scope.now },
    visit: { url: 'https://shop.example/lamps' },
  });

  const told = await recordActivities(scope, [visit(phone), visit(aPhone())]);

  expect(told.recorded).toBe(1);
  expect(told.refused).toMatchObject([{ index: 0, code: 'INVALID_INPUT', field: ['identity', 'value'] }]);
});

test('messages of an archive from a shared number are a guest’s, one of each thread', async () => {
  const { phone, customerIds } = await sharedBy(6);
  const message = (threadId: string) => ({
    ...{ inbox: 'archive', sender: { kind: 'phone' as const, value: phone }, externalId: `m${(count += 1)}` },
    ...{ text: 'Where is it?', occurredAt: scope.now, threadId },
  });
  const own = aPhone();
  const other = { ...message('c'), sender: { kind: 'phone' as const, value: own } };

  const [a, again, b, c] = await receiveMessages(scope, [message('a'), message('a'), message('b'), other]);

  expect(again!.customerId).toBe(a!.customerId);
  expect(new Set([a!.customerId, b!.customerId, c!.customerId, ...customerIds]).size).toBe(9);
  expect(await evidenceOf(a!.customerId)).toEqual([{ kind: 'phone', value: phone, reason: 'shared' }]);
  expect(await evidenceOf(c!.customerId)).toEqual([]);
  // A number that became one of many since: what was received before is still theirs.
  const before = await sharedBy(5);
  const early = { ...message('early'), sender: { kind: 'phone' as const, value: before.phone } };
  const [first] = await receiveMessages(scope, [early]);
  const identities = [
    { kind: 'loyalty_id' as const, value: 'the sixth' },
    { kind: 'phone' as const, value: before.phone },
  ];
  await upsertCustomer(scope, { identities, source: 'till', occurredAt: scope.now });
  expect(await receiveMessages(scope, [early])).toEqual([{ ...first, isRedelivery: true }]);
  // The reply goes where it came from.
  const endpoints = await sql`select address from endpoints where customer_id = ${a!.customerId}`;
  expect([...endpoints]).toEqual([{ address: phone }]);
});
