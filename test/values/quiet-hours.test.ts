import { expect, test } from 'vitest';

import { quietUntil } from '../../src/values/quiet-hours.ts';

const at = (iso: string) => new Date(`2026-11-${iso}Z`);
const night = { timeZone: 'Europe/Helsinki', from: '22:00', to: '07:00' };

test.each([
  ['before it begins nobody is disturbed', night, '20T19:59:59', null],
  ['from its first moment', night, '20T20:00:00', '21T05:00:00'],
  ['after midnight, until the same morning', night, '21T02:00:00', '21T05:00:00'],
  ['its last moment is over', night, '21T05:00:00', null],
  ['at noon', { ...night, from: '12:00', to: '14:00' }, '20T11:30:00', '20T12:00:00'],
  ['from midnight on', { ...night, from: '00:00', to: '07:00' }, '20T22:30:00', '21T05:00:00'],
  ['until midnight', { ...night, from: '22:00', to: '00:00' }, '20T21:59:00', '20T22:00:00'],
])('quiet hours: %s', (_, quiet, moment, until) => {
  expect(quietUntil(quiet, at(moment))).toEqual(until === null ? null : at(until));
});

test('the night in which clocks go back is an hour longer', () => {
  expect(quietUntil(night, new Date('2026-10-24T20:00:00Z'))).toEqual(new Date('2026-10-25T05:00:00Z'));
});
