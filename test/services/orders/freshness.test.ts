import { expect, test } from 'vitest';

import { freshnessOfOrder, freshnessOfReturn } from '../../../src/services/orders/freshness.ts';
import type { Order, Return } from '../../../src/services/orders/order.ts';
import { FALLBACK_TEXTS, labelIn } from '../../../src/values/status-labels.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 10, 0, second));
const order = (but: Partial<Order>): Order =>
  ({
    ...{ statusOccurredAt: at(0), statusReceivedAt: at(4), statusRecordedAt: new Date(at(4).getTime() + 12) },
    ...{ statusSource: 'posti', statusSourceKind: 'tracking', ...but },
  }) as Order;

test('the lags are those between the three clocks', () => {
  expect(freshnessOfOrder(order({}))).toEqual({
    asOf: at(0),
    source: { kind: 'tracking', name: 'posti' },
    sourceLagMs: 4_000,
    publishLagMs: 12,
  });
});

test('a source whose clock runs ahead lags by nothing', () => {
  expect(freshnessOfOrder(order({ statusOccurredAt: at(9) }))).toMatchObject({ asOf: at(9), sourceLagMs: 0 });
});

test('a status of before the source was kept has none', () => {
  expect(freshnessOfOrder(order({ statusSource: null, statusSourceKind: null })).source).toBeNull();
});

test('a return is as fresh as the step that brought its status, whatever came late', () => {
  const step = (status: 'requested' | 'received', second: number, source: string | null) => ({
    ...{ status, source, occurredAt: at(second), receivedAt: at(second + 3), recordedAt: at(second + 5) },
  });
  const returned = {
    ...{ status: 'received', statusOccurredAt: at(10), toldAt: at(40) },
    steps: [step('received', 10, 'warehouse'), step('requested', 2, 'shop')],
  } as unknown as Return;

  expect(freshnessOfReturn(returned)).toEqual({
    asOf: at(10),
    source: { kind: 'orders', name: 'warehouse' },
    sourceLagMs: 3_000,
    publishLagMs: 2_000,
  });
  expect(freshnessOfReturn({ ...returned, steps: [] })).toEqual({
    ...{ asOf: at(10), source: null, sourceLagMs: 30_000, publishLagMs: 0 },
  });
});

test.each([
  ['fi', 'Odotamme uutta tietoa kuljetusyhtiöltä. Tämä on viimeisin tietomme.'],
  ['et-EE', 'Ootame vedajalt uut teavet. See on viimane, mida teame.'],
  ['sv', 'We are waiting for news from the carrier. This is the latest that we know.'],
])('while a carrier is silent, a customer is told so in %s', (language, text) => {
  expect(labelIn(FALLBACK_TEXTS, 'tracking', language)).toBe(text);
});
