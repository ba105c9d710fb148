import { expect, test } from 'vitest';

import { DateTime } from '../../src/schema/scalars.ts';
import { isMoment } from '../../src/values/moment.ts';

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

test('what is no date is no moment', () => {
  expect(isMoment(new Date('nonsense'))).toBe(false);
});
