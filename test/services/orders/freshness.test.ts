import { expect, test } from 'vitest';

import { freshnessOf } from '../../../src/services/orders/freshness.ts';
import type { Order } from '../../../src/services/orders/order.ts';
import { FALLBACK_TEXTS, labelIn } from '../../../src/values/status-labels.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 10, 0, second));
const order = (but: Partial<Order>): Order =>
  ({
    ...{ statusOccurredAt: at(0), statusReceivedAt: at(4), statusRecordedAt: new Date(at(4).getTime() + 12) },
    ...{ statusSource: 'posti', statusSourceKind: 'tracking', ...but },
  }) as Order;

test('the lags are those between the three clocks', () => {
  expect(freshnessOf(order({}))).toEqual({
    asOf: at(0),
    source: { kind: 'tracking', name: 'posti' },
    sourceLagMs: 4_000,
    publishLagMs: 12,
  });
});

test('a source whose clock runs ahead lags by nothing', () => {
  expect(freshnessOf(order({ statusOccurredAt: at(9) }))).toMatchObject({ asOf: at(9), sourceLagMs: 0 });
});

test('a status of before the source was kept has none', () => {
  expect(freshnessOf(order({ statusSource: null, statusSourceKind: null })).source).toBeNull();
});

test.each([
  ['fi', 'Odotamme uutta tietoa kuljetusyhtiöltä. Tämä on viimeisin tietomme.'],
  ['et-EE', 'Ootame vedajalt uut teavet. See on viimane, mida teame.'],
  ['sv', 'We are waiting for news from the carrier. This is the latest that we know.'],
])('while a carrier is silent, a customer is told so in %s', (language, text) => {
  expect(labelIn(FALLBACK_TEXTS, 'tracking', language)).toBe(text);
});
