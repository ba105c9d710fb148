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

test('who comes behind an asking of several waits for company, and who was alone does not', async () => {
  const asked: number[][] = [];
  const ask = gather(
    (questions: readonly number[]) => {
      asked.push([...questions]);
      return Promise.resolve(questions);
    },
    3,
    { lingerMs: 300 },
  );
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  await ask(1);
  await Promise.all([2, 3].map(ask));
  const fourth = ask(4);
  await turns(5);
  expect(asked).toEqual([[1], [2, 3]]);
  expect(await Promise.all([fourth, ask(5)])).toEqual([4, 5]);
  // As many as go at once wait for nobody.
  const full = [6, 7, 8].map(ask);
  await turns(5);
  expect(asked).toEqual([[1], [2, 3], [4, 5], [6, 7, 8]]);

  await Promise.all([...full, ask(9)]);
  const alone = ask(10);
  await turns(5);
  expect(asked.slice(4)).toEqual([[9], [10]]);
  await alone;
});
