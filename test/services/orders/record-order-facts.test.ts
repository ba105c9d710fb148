import fc from 'fast-check';
import { expect, test } from 'vitest';

import { identifyCustomer } from '../../../src/services/customers/identify-customer.ts';
import { atomically } from '../../../src/services/events/atomically.ts';
import type { OrderFact } from '../../../src/services/orders/order-fact.ts';
import { listOrders, readOrders } from '../../../src/services/orders/read-orders.ts';
import {
  readOrderLines,
  readPayments,
  readReturns,
  readShipments,
} from '../../../src/services/orders/read-order-parts.ts';
import { readOrdersAt, readOrderVersions } from '../../../src/services/orders/read-order-versions.ts';
import { listQuarantinedFacts } from '../../../src/services/orders/read-quarantined-facts.ts';
import { recordOrderFacts } from '../../../src/services/orders/record-order-facts.ts';
import { ensurePartner } from '../../../src/services/partners/ensure-partner.ts';
import type { Refusal } from '../../../src/values/refusal.ts';
import { newId, type OrderId } from '../../../src/values/ids.ts';
import { countStatements } from '../../support/count-statements.ts';
import { journalOf } from '../../support/journal.ts';
import { aLine, at, factsOf } from '../../support/orders.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database, 'admin');

let count = 0;
async function anOrder() {
  const number = `#W${(count += 1)}`;
  const { customerId } = await atomically(scope, (tx) =>
    identifyCustomer(tx, { kind: 'email', value: `buyer${count}@example.com`, source: 'shop' }),
  );
  return { number, customerId, facts: factsOf(number, customerId) };
}
const orderRows = async () => {
  const [row] = await sql<{ rows: number }[]>`
    select (select count(*) from orders) + (select count(*) from order_facts) + (select count(*) from order_lines)
      + (select count(*) from payments) + (select count(*) from shipments) + (select count(*) from events) as rows`;
  return row!.rows;
};
const record = (...facts: OrderFact[]) => recordOrderFacts(scope, facts);
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error as Refusal,
  );

test('a placed order with payment and parcel stands with everything that was said', async () => {
  const { number, customerId, facts } = await anOrder();

  const answer = await record(facts.placed(), facts.money('payment_recorded', 3_000), facts.shipped());

  const [order] = await readOrders(scope, answer.orderIds);
  expect(answer).toMatchObject({ recorded: 3, waiting: 0 });
  expect(order).toMatchObject({
    number,
    customerId,
    status: 'processed',
    paymentStatus: 'paid',
    placedAt: at('10:00'),
    statusOccurredAt: at('11:00'),
    statusReceivedAt: scope.now,
    totalMinor: 3_000,
    currency: 'EUR',
    shippingAddress: { line1: 'Kuusitie 1', city: 'Turku', country: 'FI' },
    cancelReason: null,
  });
  expect(await readOrderLines(scope, answer.orderIds)).toMatchObject([
    { externalId: '1', sku: 'SKU-1', quantity: 1, unitPriceMinor: 1_000, options: { color: 'blue' }, variantId: null },
    { externalId: '2', sku: 'SKU-2', quantity: 2 },
  ]);
  expect(await readPayments(scope, answer.orderIds)).toMatchObject([
    { kind: 'payment', method: 'credit_card', amountMinor: 3_000, currency: 'EUR', externalId: 'card-1' },
  ]);
  expect(await readShipments(scope, answer.orderIds)).toMatchObject([
    { externalId: 'parcel-1', status: 'label_created', trackingNumber: `T-${number}`, lineExternalIds: ['1', '2'] },
  ]);
});

test('the journal names what happened, on the streams of the order and its person, without personal values', async () => {
  const { customerId, facts } = await anOrder();
  const partnerId = await ensurePartner(scope, { externalId: 'posti', name: 'Posti', kind: 'carrier' });
  const { orderIds } = await record(facts.placed());
  await record(facts.shipped({ partnerId }));
  await record(facts.cancelled());

  const orderId = orderIds[0]!;
  const told = await journalOf(sql, `order:${orderId}`);
  expect(told.map(({ type, details }) => [type, details['status'], details['previousStatus']])).toEqual([
    ['order.recorded', 'pending', null],
    ['shipment.recorded', 'processed', undefined],
    ['order.status_changed', 'processed', 'pending'],
    ['order.updated', 'cancelled', undefined],
    ['order.status_changed', 'cancelled', 'processed'],
  ]);
  expect(told.at(-1)!.streams).toEqual([`order:${orderId}`, `customer:${customerId}`]);
  expect(told.at(-1)!.topics).toEqual(['orders', `partner:${partnerId}`]);
  expect(JSON.stringify(told)).not.toMatch(/no longer needed|Kuusitie|T-#W|card-1/);
});

test('a repeat changes nothing, not even the journal', async () => {
  const { facts } = await anOrder();
  const all = [facts.placed(), facts.money('payment_recorded', 3_000), facts.shipped()];
  const first = await record(...all);
  const before = await orderRows();

  const again = await record(...all, ...all);

  expect(again).toEqual({ orderIds: first.orderIds, recorded: 0, waiting: 0, quarantined: 0 });
  expect(await orderRows()).toBe(before);
});

test('a fact that comes before its order waits, is invisible, and is taken in when the order is placed', async () => {
  const { number, facts } = await anOrder();

  const early = await record(facts.money('payment_recorded', 3_000), facts.cancelled('sold out'));
  const page = await listOrders(scope, {}, { first: 100, after: null });
  const placed = await record(facts.placed());

  expect(early).toEqual({ orderIds: [], recorded: 2, waiting: 2, quarantined: 0 });
  expect(page.nodes.map((order) => order.number)).not.toContain(number);
  expect(await readOrders(scope, placed.orderIds)).toMatchObject([
    { status: 'cancelled', cancelReason: 'sold out', paymentStatus: 'paid' },
  ]);
  const [waiting] =
    await sql`select count(*)::int as n from order_facts where order_number = ${number} and order_id is null`;
  expect(waiting).toEqual({ n: 0 });
});

test('facts of one order from many writers at once all count, whichever is first', async () => {
  const { facts } = await anOrder();
  const all = [
    facts.placed(),
    facts.money('payment_recorded', 3_000),
    facts.shipped(),
    facts.returned(),
    facts.reached('order_delivered'),
  ];

  const answers = await Promise.all([...all, ...all].map((fact) => record(fact)));

  expect(answers.reduce((sum, answer) => sum + answer.recorded, 0)).toBe(5);
  const { orderIds } = await record(facts.placed());
  expect(await readOrders(scope, orderIds)).toMatchObject([{ status: 'return_started', paymentStatus: 'paid' }]);
  const versions = (await journalOf(sql, `order:${orderIds[0]}`)).map((told) => told.versions[0]);
  expect(versions).toEqual(versions.map((_, i) => i + 1));
});

test('a late fact changes neither status nor its clocks', async () => {
  const { facts } = await anOrder();
  const { orderIds } = await record(facts.placed(), facts.reached('order_delivered', { occurredAt: at('13:00') }));
  const before = await readOrders(scope, orderIds);

  await record(
    facts.reached('order_processed', { occurredAt: at('10:30') }),
    facts.shipped({ occurredAt: at('10:40') }),
  );

  const after = await readOrders(scope, orderIds);
  expect(after).toMatchObject([{ status: 'delivered', statusOccurredAt: at('13:00') }]);
  expect(after[0]!.statusRecordedAt).toEqual(before[0]!.statusRecordedAt);
});

test('lines that a source took away are gone, the others keep their ids', async () => {
  const { number, facts } = await anOrder();
  const { orderIds } = await record(facts.placed());
  const [kept] = await readOrderLines(scope, orderIds);

  await record({
    kind: 'lines_changed',
    orderNumber: number,
    source: 'shop',
    sourceEventId: `${number}/lines`,
    occurredAt: at('10:10'),
    lines: [aLine('3'), aLine('1', { quantity: 5 })],
    totalMinor: 6_000,
  });

  const lines = await readOrderLines(scope, orderIds);
  expect(lines).toMatchObject([{ externalId: '3' }, { externalId: '1', quantity: 5, id: kept!.id }]);
  expect(await readOrders(scope, orderIds)).toMatchObject([{ totalMinor: 6_000 }]);
});

test('a return goes on by its own facts and keeps its lines', async () => {
  const { facts } = await anOrder();
  const { orderIds } = await record(facts.placed(), facts.reached('order_delivered'), facts.returned());

  await record(facts.returned({ status: 'received', lines: null, reason: null, occurredAt: at('16:00') }));

  expect(await readReturns(scope, orderIds)).toMatchObject([
    {
      externalId: 'return-1',
      status: 'received',
      reason: 'too small',
      requestedAt: at('15:00'),
      statusOccurredAt: at('16:00'),
      lines: [{ lineExternalId: '1', quantity: 1 }],
    },
  ]);
  const told = (await journalOf(sql, `order:${orderIds[0]}`)).filter(({ type }) => type === 'return.recorded');
  expect(told.map(({ details }) => [details['returnStatus'], details['previousReturnStatus']])).toEqual([
    ['requested', null],
    ['received', 'requested'],
  ]);
});

test('the past of status is kept without gap or overlap', async () => {
  const { facts } = await anOrder();
  const { orderIds } = await record(facts.placed());
  await record(facts.shipped());
  await record(facts.reached('order_delivered'));
  await record(facts.money('payment_recorded', 3_000));

  const versions = await sql<{ status: string; paymentStatus: string; validFrom: Date; validTo: Date | null }[]>`
    select status, payment_status, valid_from, valid_to from order_versions where order_id = ${orderIds[0]!} order by valid_from`;

  expect(versions.map((one) => [one.status, one.paymentStatus])).toEqual([
    ['pending', 'unpaid'],
    ['processed', 'unpaid'],
    ['delivered', 'unpaid'],
    ['delivered', 'paid'],
  ]);
  expect(versions.map((one) => one.validTo)).toEqual([...versions.slice(1).map((one) => one.validFrom), null]);
});

test('what was known of an order at a moment can be asked later', async () => {
  const { facts } = await anOrder();
  const { orderIds } = await record(facts.placed());
  const id = orderIds[0]!;
  await record(facts.shipped());
  await record(facts.reached('order_delivered'));

  const history = await readOrderVersions(scope, [id]);

  expect(history.map(({ status }) => status)).toEqual(['delivered', 'processed', 'pending']);
  const moments = [
    ...history.map(({ validFrom }) => validFrom),
    new Date(history[0]!.validFrom.getTime() - 1),
    new Date(history[2]!.validFrom.getTime() - 1),
  ];
  const known = await readOrdersAt(
    scope,
    moments.map((at) => ({ id, at })),
  );
  expect(known.map((one) => one?.status ?? null)).toEqual(['delivered', 'processed', 'pending', 'processed', null]);
  expect(known[0]).toMatchObject({ fulfilmentStatus: 'delivered', returnStatus: 'none', validTo: null });

  const stranger = aScope(database, 'customer', { customerId: (await anOrder()).customerId });
  expect(await readOrderVersions(stranger, [id])).toEqual([]);
  expect(await readOrdersAt(stranger, [{ id, at: scope.now }])).toEqual([null]);
});

test.each<[string, string, string[], (facts: ReturnType<typeof factsOf>) => OrderFact]>([
  [
    'an unknown customer',
    'NOT_FOUND',
    ['facts', '1', 'customerId'],
    (facts) => facts.placed({ sourceEventId: 'x', customerId: newId('customer') }),
  ],
  [
    'an unknown partner',
    'NOT_FOUND',
    ['facts', '1', 'partnerId'],
    (facts) => facts.shipped({ partnerId: newId('partner') }),
  ],
  ['a negative amount', 'INVALID_INPUT', ['facts', '1', 'amountMinor'], (facts) => facts.money('refund_recorded', -1)],
  [
    'a fraction of a unit',
    'INVALID_INPUT',
    ['facts', '1', 'lines', '0', 'quantity'],
    (facts) => facts.placed({ sourceEventId: 'y', lines: [aLine('1', { quantity: 0.5 })] }),
  ],
  [
    'two lines with one id',
    'INVALID_INPUT',
    ['facts', '1', 'lines'],
    (facts) => facts.placed({ sourceEventId: 'z', lines: [aLine('1'), aLine('1')] }),
  ],
  [
    'the name of the desk',
    'INVALID_INPUT',
    ['facts', '1', 'source'],
    (facts) => facts.money('refund_recorded', 1, { source: 'punos' }),
  ],
  [
    'a clock that is years ahead',
    'INVALID_INPUT',
    ['facts', '1', 'occurredAt'],
    (facts) => facts.cancelled('mistake', { occurredAt: new Date('2099-01-01T00:00:00Z') }),
  ],
  ['a NUL in a text', 'INVALID_INPUT', ['facts', '1', 'reason'], (facts) => facts.cancelled('a\0b')],
])('%s refuses the whole batch and changes nothing', async (_, code, field, wrong) => {
  const { facts } = await anOrder();
  await record(facts.placed());
  const before = await orderRows();

  const answer = await refusal(record(facts.reached('order_processed'), wrong(facts)));

  expect(answer).toMatchObject({ code, field });
  expect(await orderRows()).toBe(before);
});

test.each<[string, string, (facts: ReturnType<typeof factsOf>) => OrderFact]>([
  ['money in another currency', 'currency_changed', (facts) => facts.money('payment_recorded', 5, { currency: 'SEK' })],
  [
    'placed again in another currency',
    'currency_changed',
    (facts) => facts.placed({ sourceEventId: 'again in another currency', currency: 'SEK' }),
  ],
  ['more paid than it costs', 'exceeds_total', (facts) => facts.money('payment_recorded', 3_001)],
  ['more back than it cost', 'exceeds_paid', (facts) => facts.money('refund_recorded', 3_001)],
  [
    'a line back that it never had',
    'unknown_line',
    (facts) => facts.returned({ lines: [{ lineExternalId: '9', quantity: 1 }] }),
  ],
])('E18: %s is kept apart and has no effect', async (_, reason, wrong) => {
  const { number, facts } = await anOrder();
  const { orderIds } = await record(facts.placed());
  const before = await readOrders(scope, orderIds);

  const answer = await record(facts.reached('order_processed'), wrong(facts));

  expect(answer).toMatchObject({ orderIds, recorded: 2, quarantined: 1 });
  const [after] = await readOrders(scope, orderIds);
  expect(after).toMatchObject({ status: 'processed', paymentStatus: 'unpaid', currency: 'EUR', returnStatus: 'none' });
  expect(after).toMatchObject({ totalMinor: before[0]!.totalMinor });
  const { nodes } = await listQuarantinedFacts(scope, { orderNumber: number }, { first: 100, after: null });
  expect(nodes).toMatchObject([{ reason, state: 'held', orderId: orderIds[0], decidedAt: null }]);
  const told = (await journalOf(sql, `order:${orderIds[0]}`)).filter(({ type }) => type === 'fact.quarantined');
  expect(told).toMatchObject([{ details: { reason, quarantinedFactId: nodes[0]!.id } }]);
});

test('a refund that comes before its payment counts as soon as the payment is there', async () => {
  const { number, facts } = await anOrder();
  const more = facts.money('payment_recorded', 1_000, { sourceEventId: `${number}/first` });
  const { orderIds } = await record(facts.placed(), { ...more, externalId: 'card-0' } as OrderFact);
  await record(facts.money('refund_recorded', 3_000));
  expect(await readOrders(scope, orderIds)).toMatchObject([{ paymentStatus: 'partially_paid' }]);

  await record(facts.money('payment_recorded', 2_000));

  expect(await readOrders(scope, orderIds)).toMatchObject([{ paymentStatus: 'refunded' }]);
  const { nodes } = await listQuarantinedFacts(scope, { orderNumber: number }, { first: 100, after: null });
  expect(nodes).toMatchObject([{ reason: 'exceeds_paid', state: 'withdrawn' }]);
});

/** What may be said of an order after it was placed, also what cannot be true: the same money again, too much of it, units twice. */
const saying: fc.Arbitrary<(facts: ReturnType<typeof factsOf>) => object> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('payment_recorded' as const, 'refund_recorded' as const),
      fc.constantFrom(1_000, 2_000, 3_000),
      fc.constantFrom('a', 'b'),
      fc.constantFrom('EUR', 'EUR', 'SEK'),
    )
    .map(([kind, amountMinor, externalId, currency]) => (facts: ReturnType<typeof factsOf>) => ({
      ...facts.money(kind, amountMinor, { currency }),
      externalId,
    })),
  fc
    .tuple(fc.constantFrom('r', 's'), fc.constantFrom('requested' as const, 'received' as const), fc.nat({ max: 2 }))
    .map(
      ([externalId, status, more]) =>
        (facts: ReturnType<typeof factsOf>) =>
          facts.returned({ externalId, status, lines: [{ lineExternalId: '2', quantity: 1 + more }] }),
    ),
  fc
    .constantFrom('EUR', 'SEK')
    .map((currency) => (facts: ReturnType<typeof factsOf>) => facts.placed({ currency, totalMinor: 4_000 })),
  fc.constant((facts: ReturnType<typeof factsOf>) => facts.reached('order_delivered')),
);

// Every telling is a transaction of its own. That the verdict does not depend on their order is also tried without a database, more often.
test('E10, E18: what cannot be true is kept apart alike, and the rest counts alike, in whatever order all of it arrives', async () => {
  const standing = async (number: string, ids: readonly OrderId[]) => {
    const [order] = await readOrders(scope, ids);
    const { nodes } = await listQuarantinedFacts(
      scope,
      { orderNumber: number, state: 'held' },
      { first: 100, after: null },
    );
    const { currency, totalMinor, status, paymentStatus, returnStatus } = order!;
    const named = (id: string) => id.slice(number.length);
    return {
      ...{ currency, totalMinor, status, paymentStatus, returnStatus },
      payments: (await readPayments(scope, ids)).map((one) => [one.kind, one.externalId, one.amountMinor]).sort(),
      returns: (await readReturns(scope, ids)).map((one) => [one.externalId, one.status, one.lines.length]).sort(),
      held: nodes.map(({ sourceEventId, reason }) => [named(sourceEventId), reason]).sort(),
    };
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(saying, { minLength: 2, maxLength: 5 }).chain((says) => {
        const places = [-1, ...says.keys()];
        const mixed = fc.shuffledSubarray(places, { minLength: places.length });
        return fc.tuple(fc.constant(says), mixed, fc.subarray(places));
      }),
      async ([says, mixed, again]) => {
        const told = async (places: readonly number[]) => {
          const { number, facts } = await anOrder();
          const factAt = (place: number): OrderFact => {
            const said = place < 0 ? facts.placed() : (says[place]!(facts) as OrderFact);
            const occurredAt = new Date(at('10:00').getTime() + (place + 1) * 60_000);
            return { ...said, sourceEventId: `${number}/${place + 1}`, occurredAt };
          };
          let ids: readonly OrderId[] = [];
          for (const place of places) ({ orderIds: ids } = await record(factAt(place)));
          return standing(number, ids);
        };

        expect(await told([...mixed, ...again])).toEqual(await told([-1, ...says.keys()]));
      },
    ),
    { numRuns: 8 },
  );
}, 120_000);

test('a fact about one part of an order leaves the rows of the others as they are', async () => {
  const { customerId } = await anOrder();
  const of = factsOf('parts-1', customerId);
  const { orderIds } = await recordOrderFacts(scope, [of.placed(), of.shipped(), of.returned()]);
  /** The transaction that last wrote each row. */
  const writers = async () => {
    const [row] = await sql<Record<'lines' | 'payments' | 'shipments' | 'returns', string[] | null>[]>`
      select (select array_agg(xmin::text order by id) from order_lines where order_id = ${orderIds[0]!}) as lines,
        (select array_agg(xmin::text) from payments where order_id = ${orderIds[0]!}) as payments,
        (select array_agg(xmin::text) from shipments where order_id = ${orderIds[0]!}) as shipments,
        (select array_agg(r.xmin::text || ' ' || l.xmin::text) from returns r join return_lines l on l.return_id = r.id
          where r.order_id = ${orderIds[0]!}) as returns`;
    return row!;
  };
  const before = await writers();
  expect(before).toMatchObject({ payments: null, shipments: [expect.any(String)], returns: [expect.any(String)] });

  await recordOrderFacts(scope, [of.money('payment_recorded', 3_000)]);
  const paid = await writers();
  expect(paid).toEqual({ ...before, payments: [expect.any(String)] });

  await recordOrderFacts(scope, [of.reached('order_delivered')]);
  expect(await writers()).toEqual(paid);

  await recordOrderFacts(scope, [of.returned({ status: 'approved', occurredAt: at('16:00') })]);
  const approved = await writers();
  expect(approved).toEqual({ ...paid, returns: approved.returns });
  expect(approved.returns).not.toEqual(paid.returns);
});

test('hundreds of orders take no more statements than one', async () => {
  const { customerId } = await anOrder();
  const statementsFor = async (orders: number) => {
    const facts = Array.from({ length: orders }, (_, i) => {
      const of = factsOf(`bulk-${orders}-${i}`, customerId);
      return [of.placed(), of.money('payment_recorded', 3_000), of.shipped(), of.returned()];
    }).flat();
    const counted = countStatements(database);
    const answer = await recordOrderFacts({ ...scope, db: counted.database }, facts);
    expect(answer.orderIds).toHaveLength(orders);
    return counted.count();
  };

  const one = await statementsFor(1);
  expect(one).toBeGreaterThan(10);
  expect(await statementsFor(300)).toBe(one);
});
