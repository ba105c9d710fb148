import fc from 'fast-check';
import { expect, test } from 'vitest';

import { findImplausible, type Grounds } from '../../../src/services/orders/find-implausible.ts';
import {
  factKey,
  type KeptFact,
  type OrderFactBody,
  type OrderPlaced,
} from '../../../src/services/orders/order-fact.ts';
import type { QuarantineReason } from '../../../src/values/quarantine.ts';
import { aLine, at } from '../../support/orders.ts';

const minute = (n: number) => new Date(at('08:00').getTime() + n * 60_000);
const fact = (n: number, body: OrderFactBody, sourceVersion: number | null = null): KeptFact => ({
  ...{ source: 'shop', sourceEventId: `e${n}`, sourceVersion, body },
  ...{ occurredAt: minute(n), receivedAt: minute(n), recordedAt: minute(n) },
});
const placed = fact(0, {
  kind: 'order_placed',
  customerId: 'cus_x',
  currency: 'EUR',
  totalMinor: 3_000,
  lines: [aLine('1'), aLine('2', { quantity: 2 })],
});
const moved = (
  n: number,
  kind: 'payment_recorded' | 'refund_recorded' | 'refund_promised',
  amountMinor: number,
  { externalId = 'a', currency = 'EUR', version = null as number | null } = {},
) => fact(n, { kind, externalId, method: 'card', amountMinor, currency }, version);
const changed = (n: number, totalMinor: number, ...skus: string[]) =>
  fact(n, { kind: 'lines_changed', totalMinor, lines: skus.map((sku, i) => aLine(String(i + 1), { sku })) });
const back = (n: number, externalId: string, line: string, quantity: number, status: 'requested' | 'declined') =>
  fact(n, { kind: 'return_recorded', externalId, status, lines: [{ lineExternalId: line, quantity }] });

const GROUNDS: Grounds = {
  knownSkus: new Set(['SKU-1', 'SKU-2']),
  released: new Set(),
  counted: new Set(),
};
const found = (facts: readonly KeptFact[], but: Partial<Grounds> = {}): Record<string, QuarantineReason> =>
  Object.fromEntries(
    [...findImplausible(facts, { ...GROUNDS, ...but })].map(([key, why]) => [key.split('\n')[1]!, why] as const),
  );

test.each<[string, KeptFact[], Record<string, string>]>([
  ['nothing while nobody placed it', [moved(1, 'payment_recorded', 9_000)], {}],
  ['nothing of a paid order', [placed, moved(1, 'payment_recorded', 3_000)], {}],
  ['another currency', [placed, moved(1, 'payment_recorded', 5, { currency: 'SEK' })], { e1: 'currency_changed' }],
  [
    'placed again in another currency',
    [placed, fact(1, { ...(placed.body as OrderPlaced), currency: 'SEK' })],
    { e1: 'currency_changed' },
  ],
  ['more paid than it costs', [placed, moved(1, 'payment_recorded', 3_001)], { e1: 'exceeds_total' }],
  [
    'a second payment beyond the total, not the first',
    [placed, moved(1, 'payment_recorded', 3_000), moved(2, 'payment_recorded', 1, { externalId: 'b' })],
    { e2: 'exceeds_total' },
  ],
  [
    'nothing where other means took over',
    [
      ...[placed, moved(1, 'payment_recorded', 3_000), moved(2, 'payment_recorded', 3_000, { externalId: 'b' })],
      moved(3, 'refund_promised', 3_000),
    ],
    {},
  ],
  ['nothing where it costs more now', [placed, moved(1, 'payment_recorded', 4_000), changed(2, 4_000, 'SKU-1')], {}],
  [
    'another amount of the same payment',
    [placed, moved(1, 'payment_recorded', 1_000), moved(2, 'payment_recorded', 2_000)],
    { e2: 'amount_changed' },
  ],
  [
    'no other amount under a newer version',
    [placed, moved(1, 'payment_recorded', 1_000, { version: 1 }), moved(2, 'payment_recorded', 2_000, { version: 2 })],
    {},
  ],
  [
    'more back than was paid',
    [placed, moved(1, 'payment_recorded', 1_000), moved(2, 'refund_recorded', 1_001)],
    { e2: 'exceeds_paid' },
  ],
  [
    'more back than it cost, where no payment was told',
    [placed, moved(1, 'refund_recorded', 3_001)],
    { e1: 'exceeds_paid' },
  ],
  [
    'a promised refund and the one that kept it count once',
    [
      placed,
      moved(1, 'payment_recorded', 3_000),
      moved(2, 'refund_promised', 3_000),
      moved(3, 'refund_recorded', 3_000),
    ],
    {},
  ],
  ['an article that the catalogue does not know', [placed, changed(1, 3_000, 'SKU-1', 'GHOST')], { e1: 'unknown_sku' }],
  ['a line that it never had', [placed, back(1, 'r', '9', 1, 'requested')], { e1: 'unknown_line' }],
  ['more units than it had', [placed, back(1, 'r', '2', 3, 'requested')], { e1: 'exceeds_ordered' }],
  [
    'units that another return holds',
    [placed, back(1, 'r', '2', 2, 'requested'), back(2, 's', '2', 1, 'requested')],
    { e2: 'exceeds_ordered' },
  ],
  [
    'no units that a declined return held',
    [placed, back(1, 'r', '2', 2, 'requested'), back(2, 'r', '2', 2, 'declined'), back(3, 's', '2', 1, 'requested')],
    {},
  ],
])('%s', (_, facts, expected) => {
  expect(found(facts)).toEqual(expected);
});

test('a catalogue that does not know the first lines says nothing about later ones', () => {
  expect(found([placed, changed(1, 3_000, 'GHOST')], { knownSkus: new Set() })).toEqual({});
});

test('what a person let in is believed, and the rest is weighed beside it', () => {
  const [paid, refund] = [moved(1, 'payment_recorded', 4_000), moved(2, 'refund_recorded', 4_500)];

  expect(found([placed, paid])).toEqual({ e1: 'exceeds_total' });
  expect(found([placed, paid], { released: new Set([factKey(paid)]) })).toEqual({});
  expect(found([placed, paid, refund], { released: new Set([factKey(paid)]) })).toEqual({ e2: 'exceeds_paid' });
});

test('what is told late with an earlier clock takes its place, and puts in doubt what came after it', () => {
  const counted = moved(5, 'payment_recorded', 3_000);
  const late = moved(1, 'payment_recorded', 3_000, { externalId: 'b' });

  expect(found([placed, counted, late], { counted: new Set([factKey(placed), factKey(counted)]) })).toEqual({
    e5: 'exceeds_total',
  });
});

test('what the catalogue learns later does not put in doubt what counts already', () => {
  const change = changed(1, 3_000, 'GHOST');

  expect(found([placed, change], { counted: new Set([factKey(placed), factKey(change)]) })).toEqual({});
});

test('that it was placed is never in doubt, also where its lines changed by an earlier clock', () => {
  const late = fact(3, { ...(placed.body as OrderPlaced), lines: [aLine('1', { sku: 'GHOST' })] });

  expect(found([changed(1, 3_000, 'SKU-1'), late])).toEqual({});
});

test('the same facts are implausible in any order of arrival, with any repeats', () => {
  const n = fc.integer({ min: 1, max: 30 });
  const amount = fc.constantFrom(500, 1_000, 3_000, 4_000);
  const externalId = fc.constantFrom('a', 'b');
  const any = fc.oneof(
    fc
      .tuple(n, fc.constantFrom('payment_recorded', 'refund_recorded', 'refund_promised'), amount, externalId)
      .map(([at, kind, minor, id]) => moved(at, kind, minor, { externalId: id })),
    fc.tuple(n, amount).map(([at, total]) => changed(at, total, 'SKU-1')),
    fc
      .tuple(n, externalId, fc.constantFrom('1', '2'), fc.integer({ min: 1, max: 3 }))
      .map(([at, id, line, units]) => back(at, id, line, units, 'requested')),
  );
  const story = fc
    .uniqueArray(any, { maxLength: 10, selector: (one) => one.sourceEventId })
    .map((all) => [placed, ...all]);
  fc.assert(
    fc.property(
      story.chain((all) =>
        fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }), fc.subarray(all)),
      ),
      ([all, shuffled, again]) => {
        expect(found([...shuffled, ...again])).toEqual(found(all));
      },
    ),
    { numRuns: 1_000 },
  );
});
