import fc from 'fast-check';
import { expect, test } from 'vitest';

import { countSpells } from '../../../../src/services/routing/clocks/count-spells.ts';
import type { ServiceClock, Spell } from '../../../../src/services/routing/clocks/service-clock.ts';
import type { ServiceLevel } from '../../../../src/services/routing/core/routing-policy.ts';
import { openMsBetween, WEEKDAYS } from '../../../../src/values/business-hours.ts';

const START = Date.parse('2026-10-24T08:00:00Z');
const at = (minutes: number) => new Date(START + minutes * 60_000);
const level = (but: Partial<ServiceLevel> = {}): ServiceLevel => ({
  ...{ name: 'everybody', when: [], calendar: null, hours: null, warnBeforeSeconds: null },
  ...{ firstResponseSeconds: 300, nextResponseSeconds: 600, resolutionSeconds: 3_600 },
  ...but,
});
const promised = (but: Partial<Parameters<typeof countSpells>[2]> = {}) => ({
  level: level(),
  policyVersion: 1,
  firstAskedAt: null,
  isResolved: false,
  ...but,
});
const spell = (asked: number, began: number, ended: number | null, isPause = false): Spell => ({
  askedAt: at(asked),
  beganAt: at(began),
  endedAt: ended === null ? null : at(ended),
  isPause,
});
const clock = (clocks: readonly ServiceClock[], kind: string) => clocks.find((one) => one.kind === kind);

test('a first message starts the first response and the resolution, each with its warning a fifth before', () => {
  const clocks = countSpells([], [spell(0, 0, null)], promised());

  expect(clocks.map(({ kind }) => kind)).toEqual(['first_response', 'resolution']);
  expect(clock(clocks, 'first_response')).toMatchObject({
    ...{
      startedAt: at(0),
      runningSince: at(0),
      dueAt: at(5),
      lookAt: at(4),
      targetSeconds: 300,
      warnBeforeSeconds: 60,
    },
    ...{ countedMs: 0, warnedAt: null, breachedAt: null, endedAt: null },
  });
  expect(clock(clocks, 'resolution')).toMatchObject({ dueAt: at(60), lookAt: at(48) });
});

test('an answer ends the response and pauses the resolution, and the next message goes on from there', () => {
  const answered = countSpells([], [spell(0, 0, 3)], promised({ firstAskedAt: at(0) }));

  expect(clock(answered, 'first_response')).toMatchObject({ endedAt: at(3), dueAt: at(5), lookAt: null });
  expect(clock(answered, 'resolution')).toMatchObject({ countedMs: 180_000, dueAt: null, endedAt: null });

  const asked = countSpells(answered, [spell(30, 30, null)], promised({ firstAskedAt: at(0) }));
  expect(clock(asked, 'next_response')).toMatchObject({ startedAt: at(30), dueAt: at(40), lookAt: at(38) });
  expect(clock(asked, 'resolution')).toMatchObject({ countedMs: 180_000, dueAt: at(30 + 57), lookAt: at(30 + 45) });
});

test('a snooze stops the response where it is, and it ends with the answer', () => {
  const snoozed = countSpells([], [spell(0, 0, 2, true)], promised());
  expect(clock(snoozed, 'first_response')).toMatchObject({
    countedMs: 120_000,
    dueAt: null,
    lookAt: null,
    endedAt: null,
  });

  const woken = countSpells(snoozed, [spell(0, 100, null)], promised());
  expect(clock(woken, 'first_response')).toMatchObject({ startedAt: at(0), dueAt: at(103), lookAt: at(102) });

  const answered = countSpells(snoozed, [spell(0, 100, 101)], promised({ firstAskedAt: at(0) }));
  expect(clock(answered, 'first_response')).toMatchObject({ countedMs: 180_000, endedAt: at(101), dueAt: at(103) });
});

test('what was missed while nobody looked is still to be told, once', () => {
  const late = countSpells([], [spell(0, 0, 7), spell(8, 8, null)], promised({ firstAskedAt: at(0) }));

  expect(clock(late, 'first_response')).toMatchObject({
    dueAt: at(5),
    lookAt: at(5),
    endedAt: at(7),
    breachedAt: null,
  });
  const told = late.map((one) => ({ ...one, breachedAt: at(8), lookAt: null }));
  const again = countSpells(told, [spell(8, 8, null)], promised({ firstAskedAt: at(0) }));
  expect(clock(again, 'first_response')).toMatchObject({ dueAt: at(5), lookAt: null, breachedAt: at(8) });
});

test('an answer in the last moment is in time', () => {
  const clocks = countSpells([], [spell(0, 0, 5)], promised({ firstAskedAt: at(0) }));

  expect(clock(clocks, 'first_response')).toMatchObject({ dueAt: at(5), endedAt: at(5), lookAt: null });
});

test('a resolution ends the last clock, and a level without a target has none', () => {
  const clocks = countSpells([], [spell(0, 0, 2)], promised({ isResolved: true }));
  expect(clock(clocks, 'resolution')).toMatchObject({ endedAt: at(2), countedMs: 120_000, dueAt: at(60) });

  expect(
    countSpells([], [spell(0, 0, null)], promised({ level: level({ firstResponseSeconds: null }) })),
  ).toMatchObject([{ kind: 'resolution' }]);
});

test('however spells are split into parts, and however often the last is counted, the clocks are the same, and count open time', () => {
  const office = {
    timeZone: 'Europe/Helsinki',
    weekly: WEEKDAYS.map((day) => ({ day, opensAt: '22:00', closesAt: '09:30' })),
    holidays: ['2026-10-26'],
  };
  // Two days with the night in which the clocks go back.
  const moments = fc.uniqueArray(fc.integer({ min: 0, max: 3_000 }), { minLength: 2, maxLength: 12 });
  fc.assert(
    fc.property(moments, fc.array(fc.nat(3), { maxLength: 6 }), fc.boolean(), (times, cuts, isOpen) => {
      const sorted = times.toSorted((a, b) => a - b);
      const hours = isOpen ? null : office;
      const spells: Spell[] = [];
      for (let place = 0; place + 1 < sorted.length; place += 2)
        spells.push(spell(sorted[place]!, sorted[place]!, sorted[place + 1]!));
      if (sorted.length % 2 === 1) spells.push(spell(sorted.at(-1)!, sorted.at(-1)!, null));
      const going = promised({ level: level({ hours }), firstAskedAt: at(sorted[0]!) });

      const whole = countSpells([], spells, going);
      let parts: ServiceClock[] = [];
      let rest = spells;
      for (const cut of cuts) {
        parts = countSpells(parts, rest.slice(0, cut), going);
        rest = rest.slice(cut);
        const running = spells.at(-1)!.endedAt ? [] : spells.slice(-1);
        // Counted again with the others still to come: only where nothing lies between.
        if (rest.length === 1 && running.length === 1) parts = countSpells(parts, running, going);
      }
      parts = countSpells(parts, rest, going);

      expect(parts).toEqual(whole);
      const waited = spells.reduce(
        (total, { beganAt, endedAt }) => total + (endedAt ? openMsBetween(hours, beganAt, endedAt) : 0),
        0,
      );
      expect(clock(whole, 'resolution')!.countedMs).toBe(waited);
    }),
  );
});
