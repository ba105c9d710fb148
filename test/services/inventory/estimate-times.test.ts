import { expect, test } from 'vitest';

import { deliveredAt, pickupReadyAt } from '../../../src/services/inventory/estimate-times.ts';

const now = new Date('2026-11-20T12:00:00.000Z');
const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
const shop = { openingHours: null, pickupMinutes: 30, deliveryHours: 48 };
const there = { available: 2, incoming: 0, incomingAt: null };
const coming = { available: 0, incoming: 5, incomingAt: later(24) };

test('what is there is ready after the minutes that it takes, and with the customer after the way', () => {
  expect(pickupReadyAt(shop, there, now)).toEqual(later(0.5));
  expect(deliveredAt(shop, there, now)).toEqual(later(48.5));
});

test('what is on the way is ready after it came', () => {
  expect(pickupReadyAt(shop, coming, now)).toEqual(later(24.5));
  expect(deliveredAt({ ...shop, pickupMinutes: null }, coming, now)).toEqual(later(72));
});

test('work is done while it is open', () => {
  // Friday, 14:00 in Helsinki: ten minutes are left, and twenty wait until Monday.
  const openingHours = {
    timeZone: 'Europe/Helsinki',
    weekly: [
      { day: 'friday' as const, opensAt: '09:00', closesAt: '14:10' },
      { day: 'monday' as const, opensAt: '09:00', closesAt: '17:00' },
    ],
    holidays: [],
  };
  expect(pickupReadyAt({ ...shop, openingHours }, there, now)).toEqual(new Date('2026-11-23T07:20:00.000Z'));
});

test.each([
  ['nothing comes', { ...coming, incoming: 0 }],
  ['nobody says when', { ...coming, incomingAt: null }],
  ['it is late', { ...coming, incomingAt: later(-1) }],
])('nothing is promised where %s', (_, stock) => {
  expect(pickupReadyAt(shop, stock, now)).toBeNull();
  expect(deliveredAt(shop, stock, now)).toBeNull();
});

test('nothing is promised of a place that neither hands out nor sends', () => {
  const warehouse = { openingHours: null, pickupMinutes: null, deliveryHours: null };
  expect(pickupReadyAt(warehouse, there, now)).toBeNull();
  expect(deliveredAt(warehouse, there, now)).toBeNull();
});
