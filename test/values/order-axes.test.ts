import { expect, test } from 'vitest';

import {
  FULFILMENT_STATUSES,
  FULFILMENT_TRANSITIONS,
  liesAhead,
  ORDER_RETURN_STATUSES,
  ORDER_RETURN_TRANSITIONS,
  ORDER_TRANSITIONS,
  PAYMENT_TRANSITIONS,
  RETURN_TRANSITIONS,
  SHIPMENT_TRANSITIONS,
} from '../../src/values/order-axes.ts';
import { labelIn, ORDER_LABELS, RETURN_LABELS } from '../../src/values/status-labels.ts';
import { ORDER_STATUSES, PAYMENT_STATUSES, RETURN_STATUSES, SHIPMENT_STATUSES } from '../../src/values/vocabulary.ts';

test.each([
  ['fulfilment', FULFILMENT_TRANSITIONS, FULFILMENT_STATUSES],
  ['payment', PAYMENT_TRANSITIONS, PAYMENT_STATUSES],
  ['returns of an order', ORDER_RETURN_TRANSITIONS, ORDER_RETURN_STATUSES],
  ['one return', RETURN_TRANSITIONS, RETURN_STATUSES],
  ['a parcel', SHIPMENT_TRANSITIONS, SHIPMENT_STATUSES],
  ['what readers see', ORDER_TRANSITIONS, ORDER_STATUSES],
])('%s: every status has its line, leads to known ones and never to itself', (_, transitions, statuses) => {
  expect(Object.keys(transitions).sort()).toEqual([...statuses].sort());
  for (const [from, next] of Object.entries<readonly string[]>(transitions)) {
    expect(statuses).toEqual(expect.arrayContaining([...next]));
    expect(next).not.toContain(from);
  }
});

test('the goods and a return have no way back', () => {
  for (const status of FULFILMENT_STATUSES) expect(liesAhead(FULFILMENT_TRANSITIONS, status, status)).toBe(false);
  for (const status of RETURN_STATUSES) expect(liesAhead(RETURN_TRANSITIONS, status, status)).toBe(false);
});

test('steps may be skipped, and are not walked back', () => {
  expect(liesAhead(RETURN_TRANSITIONS, 'requested', 'refunded')).toBe(true);
  expect(liesAhead(RETURN_TRANSITIONS, 'received', 'approved')).toBe(false);
  expect(liesAhead(RETURN_TRANSITIONS, 'declined', 'refunded')).toBe(false);
});

test.each([
  ['en', 'in transit', 'ready for pickup', 'return started'],
  ['fi-FI', 'matkalla', 'noudettavissa', 'palautus aloitettu'],
  ['ET', 'teel', 'kättesaamiseks valmis', 'tagastus alustatud'],
  ['sv', 'in transit', 'ready for pickup', 'return started'],
  [null, 'in transit', 'ready for pickup', 'return started'],
])('the words in %s', (language, moving, waiting, back) => {
  expect(labelIn(ORDER_LABELS, 'in_transit', language)).toBe(moving);
  expect(labelIn(ORDER_LABELS, 'ready_for_pickup', language)).toBe(waiting);
  expect(labelIn(RETURN_LABELS, 'requested', language)).toBe(back);
});
