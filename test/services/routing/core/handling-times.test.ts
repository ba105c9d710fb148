import { expect, test } from 'vitest';

import { HandlingTimes, type WorkKind } from '../../../../src/services/routing/core/handling-times.ts';

const RETURNS: WorkKind = { channel: 'live_chat', queue: 'service', skills: 'topic:returns' };
const REPAIRS: WorkKind = { ...RETURNS, skills: 'topic:repairs' };
const MINUTE = 60_000;

test('of a kind that is rare what is known of its channel and queue counts, of one that is common its own', () => {
  const times = new HandlingTimes();
  expect(times.mean(RETURNS)).toBe(6 * MINUTE);
  for (let i = 0; i < 90; i += 1) times.learn(RETURNS, 4 * MINUTE);
  expect(times.mean(RETURNS)).toBe(4 * MINUTE);
  expect(times.mean(REPAIRS)).toBe(4 * MINUTE);
  for (let i = 0; i < 90; i += 1) times.learn(REPAIRS, 20 * MINUTE);
  expect(times.mean(REPAIRS)).toBeGreaterThan(18 * MINUTE);
  expect(times.mean(RETURNS)).toBeLessThan(6 * MINUTE);
  expect(times.mean({ ...RETURNS, channel: 'voice' })).toBe(6 * MINUTE);
});

test('what others learned stands for what was known, and is learned on', () => {
  const times = new HandlingTimes();
  times.learn(RETURNS, MINUTE);
  times.know([{ channel: 'live_chat', queue: null, skills: null, meanMs: 10 * MINUTE, count: 1 }]);
  expect(times.mean(RETURNS)).toBe(10 * MINUTE);
  times.learn(RETURNS, 20 * MINUTE);
  expect(times.mean({ ...RETURNS, queue: 'other' })).toBe(15 * MINUTE);
});
