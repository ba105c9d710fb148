import { expect, test } from 'vitest';

import { foldOrder } from '../../../src/services/orders/fold-order.ts';
import type { KeptFact, OrderFactBody } from '../../../src/services/orders/order-fact.ts';
import type { ReturnStatus } from '../../../src/values/vocabulary.ts';
import { aLine, at } from '../../support/orders.ts';

const minute = (n: number) => new Date(at('08:00').getTime() + n * 60_000);
const fact = (n: number, body: OrderFactBody): KeptFact => ({
  ...{ source: 'shop', sourceEventId: `e${n}`, sourceVersion: null, body },
  ...{ occurredAt: minute(n), receivedAt: minute(n + 1), recordedAt: minute(n + 2) },
});
const placed = fact(0, {
  kind: 'order_placed',
  customerId: 'cus_x',
  currency: 'EUR',
  totalMinor: 3_000,
  lines: [aLine('1'), aLine('2', { quantity: 2 })],
});
const back = (
  n: number,
  status: ReturnStatus,
  but: Partial<Extract<OrderFactBody, { kind: 'return_recorded' }>> = {},
) => fact(n, { kind: 'return_recorded', externalId: 'r', status, ...but });
const work = (n: number, status: 'open' | 'in_progress' | 'cancelled' | 'fulfilled') =>
  fact(n, {
    kind: 'fulfilment_order_recorded',
    externalId: 'w1',
    status,
    locationExternalId: n === 1 ? 'turku' : null,
    lines: n === 1 ? [{ lineExternalId: '1', quantity: 1 }] : null,
  });
const parcel = (n: number, lineExternalIds: string[], fulfilmentOrderExternalId: string | null = 'w1') =>
  fact(n, { kind: 'shipment_created', externalId: `p${n}`, lineExternalIds, fulfilmentOrderExternalId });

test('a return keeps each step with its clocks, also one that comes after a later step, and is not moved back', () => {
  const [one] = foldOrder([
    placed,
    back(1, 'requested'),
    back(5, 'received'),
    back(6, 'approved'),
    back(7, 'received'),
  ])!.returns;

  expect(one).toMatchObject({ status: 'received', statusOccurredAt: minute(5), toldAt: minute(8) });
  expect(one!.steps.map(({ status, occurredAt, recordedAt }) => [status, occurredAt, recordedAt])).toEqual([
    ['requested', minute(1), minute(3)],
    ['received', minute(5), minute(7)],
    ['approved', minute(6), minute(8)],
  ]);
});

test('the money of a return is expected when the goods are back, and anew when it was sent', () => {
  const of = (...facts: KeptFact[]) => foldOrder([placed, ...facts])!.returns[0]!.refundExpectedBy;
  const money = { refundMethod: 'gift_card' };

  expect(of(back(1, 'requested', money))).toBeNull();
  expect(of(back(1, 'requested', money), back(2, 'received'))).not.toBeNull();
  expect(of(back(1, 'requested', money), back(2, 'received'), back(3, 'refunded'))).toEqual(minute(3));
  expect(of(back(1, 'requested', { outcome: 'exchange' }), back(2, 'received'))).toBeNull();
});

test('only what arrived counts as back', () => {
  const lines = (receivedQuantity: number | null) => [
    { lineExternalId: '1', quantity: 1 },
    { lineExternalId: '2', quantity: 2, receivedQuantity },
  ];
  const delivered = fact(1, { kind: 'order_delivered' });

  expect(foldOrder([placed, delivered, back(2, 'received', { lines: lines(1) })])).toMatchObject({
    ...{ returnStatus: 'partially_returned', status: 'delivered' },
  });
  expect(foldOrder([placed, delivered, back(2, 'received', { lines: lines(2) })])).toMatchObject({
    ...{ returnStatus: 'returned', status: 'returned' },
  });
});

test('work is as far as its source says or its parcels show', () => {
  const of = (...facts: KeptFact[]) => foldOrder([placed, ...facts])!;

  expect(of(work(1, 'open'))).toMatchObject({ status: 'pending', fulfilmentStatus: 'unfulfilled' });
  expect(of(work(1, 'open'), work(2, 'in_progress'))).toMatchObject({
    status: 'processed',
    fulfilmentOrders: [{ status: 'in_progress', locationExternalId: 'turku', method: 'ship', createdAt: minute(1) }],
  });
  expect(of(work(1, 'open'), parcel(3, ['1'])).fulfilmentOrders).toMatchObject([
    { status: 'fulfilled', statusOccurredAt: minute(3) },
  ]);
  expect(of(work(1, 'open'), parcel(3, ['2'])).fulfilmentOrders).toMatchObject([{ status: 'in_progress' }]);
  expect(of(work(1, 'open'), parcel(3, ['1'], null)).fulfilmentOrders).toMatchObject([{ status: 'open' }]);
  expect(of(work(1, 'open'), work(2, 'cancelled'), parcel(3, ['1'])).fulfilmentOrders).toMatchObject([
    { status: 'cancelled' },
  ]);
});
