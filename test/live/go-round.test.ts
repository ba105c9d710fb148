import { setImmediate as nextTurn } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { goRound } from '../../src/live/go-round.ts';

const STEPS = 40;

test('a round does each step once, leaves turns of the loop to others, and is followed by the next until it is stopped', async () => {
  const done: number[] = [];
  let turns = 0;
  const stop = goRound(function* () {
    for (let step = 0; step < STEPS; step += 1) {
      busyFor(1);
      done.push(step);
      yield;
    }
  }, 1);

  while (done.length < 2 * STEPS) {
    await nextTurn();
    turns += 1;
  }
  stop();
  const before = done.length;
  expect(done.slice(0, 2 * STEPS)).toEqual([...Array(STEPS).keys(), ...Array(STEPS).keys()]);
  expect(turns).toBeGreaterThan(10);

  // As often as another one goes round meanwhile, it would have too.
  let rounds = 0;
  const stopOther = goRound(() => {
    rounds += 1;
    return [];
  }, 1);
  while (rounds < 20) await nextTurn();
  stopOther();
  expect(done).toHaveLength(before);
});

function busyFor(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}
