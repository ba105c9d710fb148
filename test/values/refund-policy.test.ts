import { expect, test } from 'vitest';

import { addBusinessDays, refundExpectedBy, returnRefundExpectedBy } from '../../src/values/refund-policy.ts';
import { newsDueBy } from '../../src/values/return-progress.ts';

const friday = new Date('2026-11-20T15:30:00.000Z');

test.each([
  [0, '2026-11-20'],
  [1, '2026-11-23'],
  [5, '2026-11-27'],
  [6, '2026-11-30'],
])('%i business days after a Friday are %s', (days, day) => {
  expect(addBusinessDays(friday, days).toISOString()).toBe(`${day}T15:30:00.000Z`);
});

test('a gift card has its money at once, a bank by the seventh business day', () => {
  expect(refundExpectedBy(friday, 'gift_card')).toEqual(friday);
  expect(refundExpectedBy(friday, 'credit_card')).toEqual(addBusinessDays(friday, 7));
  expect(refundExpectedBy(friday, null)).toEqual(addBusinessDays(friday, 7));
  expect(refundExpectedBy(friday, 'constructor')).toEqual(addBusinessDays(friday, 7));
});

test('what came back is looked at first', () => {
  expect(returnRefundExpectedBy(friday, 'gift_card').toISOString()).toBe('2026-11-24T15:30:00.000Z');
});

test('a return has news within a day while it is under way', () => {
  expect(newsDueBy('in_transit', friday)?.toISOString()).toBe('2026-11-21T15:30:00.000Z');
  for (const over of ['refunded', 'exchanged', 'closed', 'declined', 'cancelled'] as const)
    expect(newsDueBy(over, friday)).toBeNull();
});
