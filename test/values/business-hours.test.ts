import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  afterOpenMinutes,
  isOpen,
  isTimeZone,
  nextOpening,
  WEEKDAYS,
  type BusinessHours,
} from '../../src/values/business-hours.ts';

const office: BusinessHours = {
  timeZone: 'Europe/Helsinki',
  weekly: [
    ...(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const).flatMap((day) => [
      { day, opensAt: '13:00', closesAt: '17:30' },
      { day, opensAt: '09:00', closesAt: '12:00' },
    ]),
    { day: 'saturday', opensAt: '10:00', closesAt: '24:00' },
  ],
  holidays: ['2026-12-25'],
};
const at = (text: string) => new Date(text);

test('it is open within its hours by the clocks of its place, from the first millisecond to the last', () => {
  // 2026-11-20 is a Friday; Helsinki is two hours ahead of UTC.
  expect(isOpen(office, at('2026-11-20T06:59:59.999Z'))).toBe(false);
  expect(isOpen(office, at('2026-11-20T07:00:00.000Z'))).toBe(true);
  expect(isOpen(office, at('2026-11-20T09:59:59.999Z'))).toBe(true);
  expect(isOpen(office, at('2026-11-20T10:00:00.000Z'))).toBe(false);
  // In July it is three hours ahead.
  expect(isOpen(office, at('2026-07-17T06:00:00.000Z'))).toBe(true);
  expect(isOpen(office, at('2026-11-21T21:59:59.999Z'))).toBe(true);
  expect(isOpen(office, at('2026-11-21T22:00:00.000Z'))).toBe(false);
});

test('it opens next after the break, after the weekend, after a holiday', () => {
  expect(nextOpening(office, at('2026-11-20T10:30:00Z'))).toEqual(at('2026-11-20T11:00:00Z'));
  expect(nextOpening(office, at('2026-11-21T23:00:00Z'))).toEqual(at('2026-11-23T07:00:00Z'));
  expect(nextOpening(office, at('2026-12-24T16:00:00Z'))).toEqual(at('2026-12-26T08:00:00Z'));
});

test('hours that touch are one, and without any hours it never opens', () => {
  const touching: BusinessHours = {
    timeZone: 'UTC',
    weekly: [
      { day: 'monday', opensAt: '09:00', closesAt: '12:00' },
      { day: 'monday', opensAt: '12:00', closesAt: '15:00' },
    ],
    holidays: [],
  };
  expect(nextOpening(touching, at('2026-11-23T10:00:00Z'))).toEqual(at('2026-11-30T09:00:00Z'));
  expect(nextOpening({ ...touching, weekly: [] }, at('2026-11-23T10:00:00Z'))).toBeNull();
});

test('an opening in the hour that spring leaves out is at the jump, one in the hour that autumn repeats comes twice', () => {
  const night: BusinessHours = {
    timeZone: 'Europe/Helsinki',
    weekly: [{ day: 'sunday', opensAt: '03:30', closesAt: '06:00' }],
    holidays: [],
  };
  expect(nextOpening(night, at('2026-03-28T20:00:00Z'))).toEqual(at('2026-03-29T01:00:00Z'));
  expect(nextOpening(night, at('2026-10-24T20:00:00Z'))).toEqual(at('2026-10-25T00:30:00Z'));
  expect(nextOpening(night, at('2026-10-25T00:40:00Z'))).toEqual(at('2026-10-25T01:30:00Z'));
});

test('whatever the place and the moment, it is closed before the next opening and open at it, and nothing opens in between', () => {
  const clock = fc.integer({ min: 0, max: 47 }).map((half) => {
    const hour = String(Math.floor(half / 2)).padStart(2, '0');
    return `${hour}:${half % 2 === 0 ? '00' : '30'}`;
  });
  fc.assert(
    fc.property(
      fc.constantFrom('Europe/Helsinki', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia'),
      fc.tuple(clock, clock).filter(([opensAt, closesAt]) => opensAt < closesAt),
      fc.date({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z'), noInvalidDate: true }),
      (timeZone, [opensAt, closesAt], moment) => {
        const daily = (['monday', 'wednesday', 'sunday'] as const).map((day) => ({ day, opensAt, closesAt }));
        const hours: BusinessHours = { timeZone, weekly: daily, holidays: [] };
        const opening = nextOpening(hours, moment)!.getTime();
        expect(isOpen(hours, new Date(opening))).toBe(true);
        expect(isOpen(hours, new Date(opening - 1))).toBe(false);
        let wasOpen = isOpen(hours, moment);
        for (let step = Math.ceil((moment.getTime() + 1) / 900_000) * 900_000; step < opening; step += 900_000) {
          const open = isOpen(hours, new Date(step));
          expect(open && !wasOpen, new Date(step).toISOString()).toBe(false);
          wasOpen = open;
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('a time zone has a name of the IANA', () => {
  expect(['Europe/Helsinki', 'UTC', 'America/Argentina/Buenos_Aires'].every(isTimeZone)).toBe(true);
  expect(['Europe/Atlantis', '', 'x'.repeat(1_000), '../etc'].some(isTimeZone)).toBe(false);
});

test('open minutes are counted while it is open, over breaks, nights and days off', () => {
  // A Friday at 11:30 in Helsinki: half an hour until the break.
  const from = at('2026-11-20T09:30:00Z');
  expect(afterOpenMinutes(office, from, 0)).toEqual(from);
  expect(afterOpenMinutes(office, from, 30)).toEqual(at('2026-11-20T10:00:00Z'));
  expect(afterOpenMinutes(office, from, 31)).toEqual(at('2026-11-20T11:01:00Z'));
  expect(afterOpenMinutes(office, from, 30 + 270 + 1)).toEqual(at('2026-11-21T08:01:00Z'));
  // From the night on they begin in the morning.
  expect(afterOpenMinutes(office, at('2026-11-20T23:00:00Z'), 0)).toEqual(at('2026-11-21T08:00:00Z'));
});

test('of what never opens no minute comes', () => {
  expect(afterOpenMinutes({ timeZone: 'UTC', weekly: [], holidays: [] }, at('2026-11-20T09:30:00Z'), 1)).toBeNull();
});

test('the clocks that go back in autumn give an hour more, those that go forward in spring one less', () => {
  const always: BusinessHours = {
    timeZone: 'Europe/Helsinki',
    weekly: WEEKDAYS.map((day) => ({ day, opensAt: '00:00', closesAt: '24:00' })),
    holidays: [],
  };
  for (const from of ['2026-10-24T20:00:00Z', '2026-03-28T20:00:00Z'])
    expect(afterOpenMinutes(always, at(from), 24 * 60)).toEqual(new Date(at(from).getTime() + 86_400_000));
});
