import { expect, test } from 'vitest';

import { gather } from '../../src/services/gather.ts';
import { until } from '../support/until.ts';

test('questions of one turn, and those that come during an answer, are asked together', async () => {
  const asked: number[][] = [];
  const ask = gather(async (questions: readonly number[]) => {
    asked.push([...questions]);
    await new Promise((resolve) => setImmediate(resolve));
    return questions.map((question) => question * 10);
  }, 3);

  const first = [1, 2].map(ask);
  await new Promise((resolve) => setImmediate(resolve));
  const later = [3, 4, 5, 6].map(ask);

  expect(await Promise.all([...first, ...later])).toEqual([10, 20, 30, 40, 50, 60]);
  expect(asked).toEqual([[1, 2], [3, 4, 5], [6]]);
});

test('a failure is told to those who asked in that go, and to nobody after them', async () => {
  let fails = true;
  const ask = gather((questions: readonly number[]) => {
    if (fails) return Promise.reject(new Error('out of reach'));
    return Promise.resolve(questions);
  }, 10);

  const answers = await Promise.allSettled([ask(1), ask(2)]);
  fails = false;

  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await ask(3)).toBe(3);
});

test('an asking that is held up gives its place away', async () => {
  const asked: number[][] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const ask = gather(
    async (questions: readonly number[]) => {
      asked.push([...questions]);
      if (questions.includes(1)) await held;
      return questions;
    },
    10,
    { patienceMs: 20 },
  );

  const first = ask(1);
  await until(
    () => asked.length,
    (many) => many === 1,
  );
  const behind = [ask(2), ask(3)];

  // The first one is not answered yet.
  expect(await Promise.all(behind)).toEqual([2, 3]);
  release();
  expect(await first).toBe(1);
  expect(await ask(4)).toBe(4);
  expect(asked).toEqual([[1], [2, 3], [4]]);
});
