import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { KeptTracking } from '../../../src/services/orders/fold-order.ts';
import { foldOrder } from '../../../src/services/orders/fold-order.ts';
import type { KeptFact, OrderFactBody } from '../../../src/services/orders/order-fact.ts';
import { ORDER_STATUSES, RETURN_STATUSES, SHIPMENT_STATUSES } from '../../../src/values/vocabulary.ts';
import { aLine, at } from '../../support/orders.ts';

const minute = (n: number) => new Date(at('08:00').getTime() + n * 60_000);
let names = 0;
function aFact(body: OrderFactBody, but: Partial<KeptFact> = {}): KeptFact {
  const occurredAt = but.occurredAt ?? minute(0);
  const clocks = { occurredAt, receivedAt: occurredAt, recordedAt: occurredAt };
  return { source: 'shop', sourceEventId: `e${(names += 1)}`, sourceVersion: null, body, ...clocks, ...but };
}
function aScan(status: KeptTracking['status'], n: number, but: Partial<KeptTracking> = {}): KeptTracking {
  const clocks = { occurredAt: minute(n), receivedAt: minute(n), recordedAt: minute(n) };
  const origin = {
    source: 'carrier',
    sourceEventId: `s${(names += 1)}`,
    shipmentExternalId: 'p1',
    reasonCode: null,
    rawStatus: null,
    estimatedDeliveryAt: null,
  };
  return { status, ...clocks, ...origin, ...but };
}

const placed: OrderFactBody = {
  kind: 'order_placed',
  customerId: 'cus_x',
  currency: 'EUR',
  totalMinor: 3_000,
  lines: [aLine('1'), aLine('2')],
};
const parcel = (externalId: string, lineExternalIds: string[]): OrderFactBody => ({
  kind: 'shipment_created',
  externalId,
  lineExternalIds,
});

/** Everything that can be said, with clocks of ten moments so that ties are frequent. */
const moment = fc.integer({ min: 0, max: 9 }).map(minute);
const version = fc.option(fc.integer({ min: 0, max: 4 }), { nil: null });
const externalId = fc.constantFrom('a', 'b');
const body: fc.Arbitrary<OrderFactBody> = fc.oneof(
  fc.record({ totalMinor: fc.nat(9_999) }).map((given): OrderFactBody => ({ ...placed, ...given })),
  fc.record({
    kind: fc.constant('lines_changed' as const),
    lines: fc.constantFrom([aLine('1')], [aLine('2'), aLine('3')]),
    totalMinor: fc.nat(9_999),
  }),
  fc.record({
    kind: fc.constant('address_changed' as const),
    shippingAddress: fc.record({ city: fc.constantFrom('Turku', 'Oulu', 'Pori') }),
  }),
  fc.record({
    kind: fc.constantFrom('payment_recorded' as const, 'refund_recorded' as const),
    externalId,
    method: fc.constant('card'),
    amountMinor: fc.nat(5_000),
    currency: fc.constantFrom('EUR', 'SEK'),
  }),
  fc.record({ kind: fc.constantFrom('order_processed' as const, 'order_delivered' as const) }),
  fc.record({
    kind: fc.constant('shipment_created' as const),
    externalId,
    lineExternalIds: fc.constantFrom(['1'], ['2'], []),
    trackingNumber: fc.constantFrom(null, 'T1'),
  }),
  fc.record({ kind: fc.constant('order_cancelled' as const), reason: fc.constantFrom(null, 'sold out') }),
  fc.record({
    kind: fc.constant('return_recorded' as const),
    externalId,
    status: fc.constantFrom(...RETURN_STATUSES),
    reason: fc.constantFrom(null, 'small'),
    lines: fc.constantFrom(null, [{ lineExternalId: '1', quantity: 1 }]),
  }),
);
const fact = fc
  .tuple(body, moment, version, fc.constantFrom('shop', 'erp'), fc.nat(1e9))
  .map(([what, occurredAt, sourceVersion, source, n]) =>
    aFact(what, {
      occurredAt,
      receivedAt: occurredAt,
      recordedAt: occurredAt,
      sourceVersion,
      source,
      sourceEventId: `f${n}`,
    }),
  );
const scan = fc
  .tuple(fc.constantFrom(...SHIPMENT_STATUSES), fc.integer({ min: 0, max: 9 }), externalId, fc.nat(1e9))
  .map(([status, n, shipmentExternalId, id]) => aScan(status, n, { shipmentExternalId, sourceEventId: `t${id}` }));
const story = fc.record({
  facts: fc
    .uniqueArray(fact, { maxLength: 12, selector: (one) => one.sourceEventId })
    .map((facts) => [aFact(placed, { sourceEventId: 'placed' }), ...facts]),
  scans: fc.uniqueArray(scan, { maxLength: 8, selector: (one) => one.sourceEventId }),
});
/** The same elements in another order, some of them again. */
const shuffled = <T>(all: readonly T[]) =>
  fc
    .tuple(fc.shuffledSubarray([...all], { minLength: all.length }), fc.subarray([...all]))
    .map(([order, again]) => [...order, ...again]);

test('any order of arrival and any repeats give the same order', () => {
  fc.assert(
    fc.property(
      story.chain(({ facts, scans }) => fc.tuple(fc.constant({ facts, scans }), shuffled(facts), shuffled(scans))),
      ([told, facts, scans]) => {
        expect(foldOrder(facts, scans)).toEqual(foldOrder(told.facts, told.scans));
      },
    ),
    { numRuns: 1_000 },
  );
});

test('a late scan or milestone never moves the status back', () => {
  const rank = (status: string | undefined) => ORDER_STATUSES.indexOf(status as never);
  fc.assert(
    fc.property(
      story,
      fc.constantFrom('order_processed' as const, 'order_delivered' as const),
      fc.constantFrom(...SHIPMENT_STATUSES),
      ({ facts, scans }, kind, status) => {
        const before = foldOrder(facts, scans);
        const late = aFact({ kind }, { occurredAt: minute(-1), source: 'late' });
        const lateScans = [
          aScan(status, -2, { shipmentExternalId: 'a' }),
          aScan(status, -2, { shipmentExternalId: 'b' }),
        ];
        const scanned = new Set(scans.map((one) => one.shipmentExternalId));

        expect(rank(foldOrder([...facts, late], scans)?.status)).toBeGreaterThanOrEqual(rank(before?.status));
        const known = lateScans.filter((one) => scanned.has(one.shipmentExternalId));
        expect(foldOrder(facts, [...scans, ...known])?.status).toBe(before?.status);
      },
    ),
    { numRuns: 500 },
  );
});

test('nothing is an order until it is placed', () => {
  expect(foldOrder([aFact({ kind: 'order_cancelled' })])).toBeNull();
});

const back = (
  status: (typeof RETURN_STATUSES)[number],
  lines: { lineExternalId: string; quantity: number }[],
): OrderFactBody => ({
  kind: 'return_recorded',
  externalId: 'r',
  status,
  lines,
});
const whole = [
  { lineExternalId: '1', quantity: 1 },
  { lineExternalId: '2', quantity: 1 },
];
const both = parcel('p1', ['1', '2']);
test.each<[string, string, OrderFactBody[], KeptTracking[]]>([
  ['pending', 'nothing else was said', [], []],
  ['processed', 'the source says so', [{ kind: 'order_processed' }], []],
  ['processed', 'a parcel has a label', [both], []],
  ['in_transit', 'a carrier has the parcel', [both], [aScan('in_transit', 1)]],
  ['in_transit', 'one of two parcels arrived', [parcel('p1', ['1']), parcel('p2', ['2'])], [aScan('delivered', 1)]],
  [
    'in_transit',
    'a parcel with some of the lines arrived and the rest is not packed',
    [parcel('p1', ['1'])],
    [aScan('delivered', 1)],
  ],
  ['in_transit', 'delivery failed', [both], [aScan('attempt_failed', 1)]],
  ['ready_for_pickup', 'the parcel waits', [both], [aScan('ready_for_pickup', 1)]],
  [
    'ready_for_pickup',
    'one waits, one arrived',
    [parcel('p1', ['1']), parcel('p2', ['2'])],
    [aScan('ready_for_pickup', 1), aScan('delivered', 1, { shipmentExternalId: 'p2' })],
  ],
  ['delivered', 'the parcel arrived', [both], [aScan('delivered', 1)]],
  ['delivered', 'a parcel that names no lines arrived', [parcel('p1', [])], [aScan('delivered', 1)]],
  ['delivered', 'the source says so without parcels', [{ kind: 'order_delivered' }], []],
  [
    'processed',
    'the only parcel will not be sent but work began',
    [both, { kind: 'order_processed' }],
    [aScan('cancelled', 1)],
  ],
  ['return_started', 'a return was asked for', [{ kind: 'order_delivered' }, back('requested', whole)], []],
  ['return_started', 'a return is on its way', [{ kind: 'order_delivered' }, back('in_transit', whole)], []],
  ['delivered', 'a return was declined', [{ kind: 'order_delivered' }, back('declined', whole)], []],
  ['delivered', 'some of it came back', [{ kind: 'order_delivered' }, back('refunded', whole.slice(0, 1))], []],
  ['returned', 'all of it came back', [{ kind: 'order_delivered' }, back('received', whole)], []],
  ['returned', 'all of it was exchanged', [{ kind: 'order_delivered' }, back('exchanged', [])], []],
  [
    'cancelled',
    'it was cancelled, whatever else',
    [both, { kind: 'order_cancelled' }, back('requested', whole)],
    [aScan('in_transit', 1)],
  ],
])('an order is %s when %s', (status, _, bodies, scans) => {
  const facts = [placed, ...bodies].map((what, i) => aFact(what, { occurredAt: minute(i / 10) }));

  expect(foldOrder(facts, scans)?.status).toBe(status);
});

test.each<[string, number, ['payment_recorded' | 'refund_recorded', number][]]>([
  ['unpaid', 3_000, []],
  ['partially_paid', 3_000, [['payment_recorded', 2_999]]],
  [
    'paid',
    3_000,
    [
      ['payment_recorded', 1_000],
      ['payment_recorded', 2_000],
    ],
  ],
  ['paid', 0, []],
  [
    'partially_refunded',
    3_000,
    [
      ['payment_recorded', 3_000],
      ['refund_recorded', 1],
    ],
  ],
  [
    'refunded',
    3_000,
    [
      ['payment_recorded', 3_000],
      ['refund_recorded', 3_000],
    ],
  ],
])('money is %s for a total of %i after %j', (status, totalMinor, moves) => {
  const facts = moves.map(([kind, amountMinor], i) =>
    aFact({ kind, amountMinor, externalId: `m${i}`, method: 'card', currency: 'EUR' }),
  );

  expect(foldOrder([aFact({ ...placed, totalMinor }), ...facts])?.paymentStatus).toBe(status);
});

test('a version of the source overrules clocks, between sources clocks decide', () => {
  const moved = (city: string, sourceVersion: number | null, n: number, source = 'shop') =>
    aFact({ kind: 'address_changed', shippingAddress: { city } }, { sourceVersion, occurredAt: minute(n), source });
  const start = aFact(placed, { occurredAt: minute(0), sourceVersion: 1 });

  expect(foldOrder([start, moved('Oulu', 3, 1), moved('Turku', 2, 5)])?.shippingAddress).toEqual({ city: 'Oulu' });
  expect(foldOrder([start, moved('Oulu', 3, 1), moved('Pori', null, 7, 'desk')])?.shippingAddress).toEqual({
    city: 'Pori',
  });
});

test('the status carries the clocks of the fact that brought it, and the parcel its newest estimate', () => {
  const eta = minute(500);
  const state = foldOrder(
    [aFact(placed), aFact(both, { occurredAt: minute(3) })],
    [aScan('in_transit', 5, { estimatedDeliveryAt: eta }), aScan('delivered', 9), aScan('out_for_delivery', 7)],
  );

  expect(state).toMatchObject({ status: 'delivered', statusClocks: { occurredAt: minute(9) } });
  expect(state?.shipments).toMatchObject([
    { status: 'delivered', statusOccurredAt: minute(9), estimatedDeliveryAt: eta },
  ]);
});

test('a payment and a refund may share the id of the source; money in another currency is left out', () => {
  const moved = (kind: 'payment_recorded' | 'refund_recorded', currency: string, amountMinor: number) =>
    aFact({ kind, externalId: 'paypal_1', method: 'paypal', amountMinor, currency });

  const state = foldOrder([
    aFact(placed),
    moved('payment_recorded', 'EUR', 3_000),
    moved('refund_recorded', 'EUR', 3_000),
  ]);
  const other = foldOrder([aFact(placed), moved('payment_recorded', 'SEK', 3_000)]);

  expect(state?.payments.map(({ kind, amountMinor }) => [kind, amountMinor])).toEqual([
    ['payment', 3_000],
    ['refund', 3_000],
  ]);
  expect(other).toMatchObject({ payments: [], paymentStatus: 'unpaid' });
});
