import { expect, test } from 'vitest';

import { DateTime } from '../../src/schema/scalars.ts';
import { isMoment, readMoment } from '../../src/values/moment.ts';

test.each([
  ['0000-12-31T23:59:59.999Z', false],
  ['0001-01-01T00:00:00.000Z', true],
  ['2026-11-22T09:30:00+14:00', true],
  ['9999-12-31T23:59:59.999Z', true],
  // In UTC it is the year 10,000.
  ['9999-12-31T23:59:59.999-01:00', false],
  ['0001-01-01T00:00:00+01:00', false],
])('%s is a moment that can be stored: %s', (text, isOne) => {
  expect(isMoment(new Date(text))).toBe(isOne);
  const read = () => DateTime.parseValue(text);
  if (isOne) expect(read()).toEqual(new Date(text));
  else expect(read).toThrow('A DateTime is');
});

test.each([
  ['2026-02-30T10:00:00Z', null],
  ['2026-02-29T10:00:00Z', null],
  ['2028-02-29T10:00:00Z', '2028-02-29T10:00:00.000Z'],
  ['2026-11-31T00:00:00+02:00', null],
  ['2026-11-30T23:30:00-05:00', '2026-12-01T04:30:00.000Z'],
  ['2026-11-21T10:00:00+0200', '2026-11-21T08:00:00.000Z'],
  ['2026-11-21T10:00:60Z', null],
  ['2026-11-21T10:00:00+25:00', null],
  ['2026-11-21T10:00:00', null],
  ['2026-11-21', null],
])('%s is read as %s, never as a day of another month', (text, moment) => {
  expect(readMoment(text)?.toISOString() ?? null).toBe(moment);
});

test('what is no date is no moment', () => {
  expect(isMoment(new Date('nonsense'))).toBe(false);
});
