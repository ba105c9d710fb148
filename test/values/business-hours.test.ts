import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  afterOpenMinutes,
  afterOpenMs,
  isOpen,
  isTimeZone,
  nextOpening,
  openMsBetween,
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

const nights: BusinessHours = {
  timeZone: 'Europe/Helsinki',
  weekly: WEEKDAYS.map((day) => ({ day, opensAt: '22:00', closesAt: '06:00' })),
  holidays: ['2026-12-25'],
};

test('hours over midnight belong to the day on which they begin, also before and on a holiday', () => {
  // Christmas night: what opened on the 24th goes on until the morning, and on the 25th nothing opens.
  expect(isOpen(nights, at('2026-12-25T03:59:59.999Z'))).toBe(true);
  expect(isOpen(nights, at('2026-12-25T04:00:00Z'))).toBe(false);
  expect(isOpen(nights, at('2026-12-25T21:00:00Z'))).toBe(false);
  expect(nextOpening(nights, at('2026-12-25T03:00:00Z'))).toEqual(at('2026-12-26T20:00:00Z'));
  expect(openMsBetween(nights, at('2026-12-24T20:00:00Z'), at('2026-12-26T21:00:00Z'))).toBe(9 * 3_600_000);
  expect(afterOpenMinutes(nights, at('2026-12-24T12:00:00Z'), 8 * 60)).toEqual(at('2026-12-25T04:00:00Z'));
  expect(afterOpenMinutes(nights, at('2026-12-24T12:00:00Z'), 8 * 60 + 1)).toEqual(at('2026-12-26T20:01:00Z'));
});

test('the night in which the clocks change is an hour shorter in spring, longer in autumn', () => {
  expect(openMsBetween(nights, at('2026-03-28T12:00:00Z'), at('2026-03-29T12:00:00Z'))).toBe(7 * 3_600_000);
  expect(openMsBetween(nights, at('2026-10-24T12:00:00Z'), at('2026-10-25T12:00:00Z'))).toBe(9 * 3_600_000);
});

test('without hours every moment counts, and nothing lies between a moment and an earlier one', () => {
  const [one, other] = [at('2026-11-20T09:30:00Z'), at('2026-11-22T09:30:00.001Z')];
  expect(openMsBetween(null, one, other)).toBe(2 * 86_400_000 + 1);
  expect(afterOpenMs(null, one, 2 * 86_400_000 + 1)).toEqual(other);
  expect([openMsBetween(null, other, one), openMsBetween(office, other, one)]).toEqual([0, 0]);
});

test('whatever the hours, the place and the moments, open time is the minutes at which it is open, and ends where it was counted to', () => {
  const half = fc.integer({ min: 0, max: 47 });
  const clock = (n: number) => `${String(Math.floor(n / 2)).padStart(2, '0')}:${n % 2 === 0 ? '00' : '30'}`;
  // The days around which the clocks of these places change, and any others.
  const around = fc.constantFrom('2026-03-08', '2026-03-29', '2026-04-05', '2026-10-04', '2026-10-25', '2026-11-01');
  fc.assert(
    fc.property(
      fc.constantFrom('Europe/Helsinki', 'America/Havana', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'),
      fc.array(fc.record({ day: fc.constantFrom(...WEEKDAYS), opens: half, closes: half }), {
        minLength: 1,
        maxLength: 10,
      }),
      fc.tuple(around, fc.integer({ min: -2_000, max: 2_000 }), fc.integer({ min: 0, max: 3_000 })),
      (timeZone, open, [day, fromMinutes, minutes]) => {
        const weekly = open
          .filter(({ opens, closes }) => opens !== closes)
          .map(({ day: name, opens, closes }) => ({ day: name, opensAt: clock(opens), closesAt: clock(closes) }));
        const hours: BusinessHours = { timeZone, weekly, holidays: [day] };
        const from = new Date(at(`${day}T00:00:00Z`).getTime() + fromMinutes * 60_000);
        const to = new Date(from.getTime() + minutes * 60_000);
        let expected = 0;
        for (let moment = from.getTime(); moment < to.getTime(); moment += 60_000)
          if (isOpen(hours, new Date(moment))) expected += 60_000;
        expect(openMsBetween(hours, from, to)).toBe(expected);
        if (expected === 0) return;
        const reached = afterOpenMs(hours, from, expected)!;
        expect(reached.getTime()).toBeLessThanOrEqual(to.getTime());
        expect(isOpen(hours, new Date(reached.getTime() - 1))).toBe(true);
        expect(openMsBetween(hours, from, reached)).toBe(expected);
      },
    ),
    { numRuns: 60 },
  );
});
