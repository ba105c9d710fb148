import { expect, test } from 'vitest';

import { Lateness, TICK_MS } from '../../src/server/lateness.ts';

/** The lateness after ticks that came so many milliseconds too late. */
function after(...delays: number[]): Lateness {
  let now = 0;
  const lateness = new Lateness(now);
  for (const delay of delays) lateness.tick((now += TICK_MS + delay));
  return lateness;
}

test('a process that stood still once is not overloaded, however long that was', () => {
  expect(after(0, 10, 60_000).isTooMuch).toBe(false);
  expect(after(60_000, 0).isTooMuch).toBe(false);
});

test('one that is late again and again is, until it is in time', () => {
  expect(after(3_000, 3_000).isTooMuch).toBe(true);
  expect(after(3_000, 3_000, 1).isTooMuch).toBe(false);
  expect(after(1_900, 1_900, 1_900).isTooMuch).toBe(false);
});
