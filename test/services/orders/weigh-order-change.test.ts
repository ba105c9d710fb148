import { expect, test } from 'vitest';

import { foldOrder, type OrderState } from '../../../src/services/orders/fold-order.ts';
import {
  CHANGE_POLICY,
  type NamedMeans,
  type OfferedVariant,
  type OrderChange,
} from '../../../src/services/orders/order-change.ts';
import { DESK, type KeptFact, type OrderFactBody } from '../../../src/services/orders/order-fact.ts';
import { possibleChanges } from '../../../src/services/orders/possible-changes.ts';
import { weighOrderChange } from '../../../src/services/orders/weigh-order-change.ts';
import { ORDER_CHANGE_KINDS } from '../../../src/values/vocabulary.ts';
import { Refusal } from '../../../src/values/refusal.ts';
import { aLine, at } from '../../support/orders.ts';

const minute = (n: number) => new Date(at('08:00').getTime() + n * 60_000);
const fact = (n: number, body: OrderFactBody, source = 'shop'): KeptFact => ({
  ...{ source, sourceEventId: `${source}-${n}`, sourceVersion: null, body },
  ...{ occurredAt: minute(n), receivedAt: minute(n), recordedAt: minute(n) },
});
const PLACED: OrderFactBody = {
  kind: 'order_placed',
  customerId: 'cus_x',
  currency: 'EUR',
  totalMinor: 3_000,
  lines: [aLine('1', { sku: 'CUP-RED' }), aLine('2', { sku: 'LAMP', quantity: 2 })],
};
const PAID: OrderFactBody = {
  kind: 'payment_recorded',
  externalId: 'card_1',
  method: 'credit_card',
  amountMinor: 3_000,
  currency: 'EUR',
};
const DELIVERED: OrderFactBody = { kind: 'order_delivered' };
const order = (...more: OrderFactBody[]): OrderState =>
  foldOrder([PLACED, PAID, ...more].map((body, i) => fact(i, body)))!;
/** The order after what the desk did. */
const after = (bodies: readonly OrderFactBody[], desk: readonly OrderFactBody[]): OrderState =>
  foldOrder([
    ...[PLACED, PAID, ...bodies].map((body, i) => fact(i, body)),
    ...desk.map((body, i) => fact(50 + i / 100, body, DESK)),
  ])!;

const offer = (sku: string, productId: string, but: Partial<OfferedVariant> = {}): [string, OfferedVariant] => [
  sku,
  { ...{ sku, productId, title: sku, options: {}, priceMinor: 1_000, currency: 'EUR', available: 5 }, ...but },
];
const offers = new Map([
  offer('CUP-RED', 'cup'),
  offer('CUP-BLUE', 'cup', { priceMinor: 1_500 }),
  offer('CUP-GREEN', 'cup', { priceMinor: 400 }),
  offer('CUP-GONE', 'cup', { available: 0 }),
  offer('CUP-SEK', 'cup', { currency: 'SEK' }),
  offer('LAMP', 'lamp'),
]);
const means = (externalId: string, method = 'credit_card', balanceMinor: number | null = null): NamedMeans => ({
  ...{ externalId, method, balanceMinor },
});
const swap = (sku: string, lineExternalId = '1', quantity = 1) => ({ lineExternalId, sku, quantity });
const items = (...lines: ReturnType<typeof swap>[]): OrderChange => ({ kind: 'items', lines, means: means('card_1') });
const returning = (quantity: number, to = means('card_1'), lineExternalId = '2'): OrderChange => ({
  kind: 'return',
  lines: [{ lineExternalId, quantity }],
  reason: null,
  means: to,
});
const weigh = (state: OrderState, change: OrderChange, policy = CHANGE_POLICY) =>
  weighOrderChange(state, change, { offers, policy });
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'done';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
};

const PROCESSED: OrderFactBody = { kind: 'order_processed' };
const ASKED_BACK: OrderFactBody = {
  kind: 'return_recorded',
  externalId: 'r',
  status: 'requested',
  lines: [{ lineExternalId: '2', quantity: 1 }],
};
const strict = { ...CHANGE_POLICY, cancelReasons: ['no longer needed'], oneReturn: true };
const cancel: OrderChange = { kind: 'cancel', reason: 'ordered by mistake' };
const pay = (to: NamedMeans): OrderChange => ({ kind: 'payment', means: to });

test.each<[string, string, OrderFactBody[], OrderChange, typeof CHANGE_POLICY]>([
  ['ORDER_STATUS', 'cancel what is being packed', [PROCESSED], cancel, CHANGE_POLICY],
  ['ORDER_STATUS', 'cancel what was delivered', [DELIVERED], cancel, CHANGE_POLICY],
  ['ORDER_STATUS', 'cancel twice', [{ kind: 'order_cancelled' }], cancel, CHANGE_POLICY],
  ['REASON_NOT_ACCEPTED', 'cancel for a reason that the shop does not take', [], cancel, strict],
  [
    'ORDER_STATUS',
    'send elsewhere what is packed',
    [PROCESSED],
    { kind: 'address', shippingAddress: {} },
    CHANGE_POLICY,
  ],
  ['PAYMENT_MEANS', 'pay by the same means', [], pay(means('card_1')), CHANGE_POLICY],
  ['PAYMENT_MEANS', 'pay by too small a gift card', [], pay(means('gift', 'gift_card', 2_999)), CHANGE_POLICY],
  ['OTHER_PRODUCT', 'a lamp for a cup', [], items(swap('LAMP')), CHANGE_POLICY],
  ['NOT_FOUND', 'an article that there is not', [], items(swap('GHOST')), CHANGE_POLICY],
  ['NOT_FOUND', 'a line that there is not', [], items(swap('CUP-BLUE', '9')), CHANGE_POLICY],
  ['INVALID_INPUT', 'the same line twice', [], items(swap('CUP-BLUE'), swap('CUP-GREEN')), CHANGE_POLICY],
  ['INVALID_INPUT', 'more units than there are', [], items(swap('CUP-BLUE', '1', 2)), CHANGE_POLICY],
  ['INVALID_INPUT', 'no line', [], items(), CHANGE_POLICY],
  ['INSUFFICIENT_STOCK', 'what is sold out', [], items(swap('CUP-GONE')), CHANGE_POLICY],
  ['CURRENCY_MISMATCH', 'what has no price in the currency', [], items(swap('CUP-SEK')), CHANGE_POLICY],
  ['ORDER_STATUS', 'return what is not delivered', [PROCESSED], returning(1), CHANGE_POLICY],
  ['RETURNED_BEFORE', 'return what comes back already', [DELIVERED, ASKED_BACK], returning(2), CHANGE_POLICY],
  ['ORDER_STATUS', 'a second return where there is one only', [DELIVERED, ASKED_BACK], returning(1), strict],
  ['PAYMENT_MEANS', 'money back to a card that did not pay', [DELIVERED], returning(1, means('card_2')), CHANGE_POLICY],
])('%s: %s', (code, _, bodies, change, policy) => {
  expect(codeOf(() => weigh(order(...bodies), change, policy))).toBe(code);
});

test('a cancelled order has its money promised back, by the means that paid', () => {
  const state = after([], weigh(order(), cancel));

  expect(state).toMatchObject({
    status: 'cancelled',
    cancelReason: 'ordered by mistake',
    paymentStatus: 'refund_pending',
  });
  expect(state.payments.filter(({ kind }) => kind === 'refund')).toMatchObject([
    { externalId: 'card_1', method: 'credit_card', amountMinor: 3_000, state: 'pending' },
  ]);
  expect(codeOf(() => weigh(state, cancel))).toBe('ORDER_STATUS');
});

test('other means take over, and the first payment is promised back', () => {
  const state = after([], weigh(order(), pay(means('gift', 'gift_card', 3_000))));

  expect(state.status).toBe('pending');
  const moves = state.payments.map(({ kind, externalId, amountMinor, state: moved }) => [
    kind,
    externalId,
    amountMinor,
    moved,
  ]);
  expect(moves).toHaveLength(3);
  expect(moves).toEqual(
    expect.arrayContaining([
      ['payment', 'card_1', 3_000, 'done'],
      ['payment', 'gift', 3_000, 'done'],
      ['refund', 'card_1', 3_000, 'pending'],
    ]),
  );
});

test.each([
  ['CUP-BLUE', 3_500, 'payment', 500],
  ['CUP-GREEN', 2_400, 'refund', 600],
])('an item becomes %s once, and the difference moves', (sku, totalMinor, kind, amountMinor) => {
  const state = after([], weigh(order(), items(swap(sku))));

  expect(state).toMatchObject({ status: 'pending', totalMinor });
  expect(state.lines[0]).toMatchObject({ externalId: '1', sku });
  expect(state.payments).toContainEqual(expect.objectContaining({ kind, amountMinor }));
  expect(possibleChanges(state)).toEqual([]);
  for (const change of [cancel, items(swap('CUP-RED')), pay(means('b'))])
    expect(codeOf(() => weigh(state, change))).toBe('ITEMS_CHANGED_BEFORE');
});

test('a line of which some units change becomes two', () => {
  const state = after(
    [],
    weigh({ ...order(), lines: [aLine('1', { sku: 'CUP-RED', quantity: 3 })] }, items(swap('CUP-BLUE', '1', 2))),
  );

  expect(state.lines.map(({ externalId, sku, quantity }) => [externalId, sku, quantity])).toEqual([
    ['1', 'CUP-RED', 1],
    ['1/2', 'CUP-BLUE', 2],
  ]);
});

test('units come back one after the other, each return of its own', () => {
  const first = weigh(order(DELIVERED), returning(1));
  const state = after([DELIVERED], first);
  const second = weigh(state, returning(1, means('gift', 'gift_card')));
  const both = after([DELIVERED], [...first, ...second]);

  expect(both.returns.map(({ externalId, status, refundMethod }) => [externalId, status, refundMethod])).toEqual([
    ['desk-1', 'requested', 'credit_card'],
    ['desk-2', 'requested', 'gift_card'],
  ]);
  expect(both.status).toBe('return_started');
  expect(codeOf(() => weigh(both, returning(1)))).toBe('RETURNED_BEFORE');
});

test('what the status allows is what is not refused for the status', () => {
  const changes: Record<(typeof ORDER_CHANGE_KINDS)[number], OrderChange> = {
    cancel,
    address: { kind: 'address', shippingAddress: {} },
    payment: pay(means('b')),
    items: items(swap('CUP-BLUE')),
    return: returning(1, means('card_1'), '1'),
    exchange: { kind: 'exchange', lines: [swap('CUP-BLUE')], reason: null, means: means('card_1') },
  };
  const stories: OrderFactBody[][] = [
    [],
    [PROCESSED],
    [DELIVERED],
    [{ kind: 'order_cancelled' }],
    [DELIVERED, ASKED_BACK],
  ];
  for (const bodies of stories) {
    const state = order(...bodies);
    const allowed = ORDER_CHANGE_KINDS.filter((kind) => codeOf(() => weigh(state, changes[kind])) === 'done');
    expect(possibleChanges(state)).toEqual(allowed);
  }
});
