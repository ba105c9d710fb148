import { expect, test } from 'vitest';

import { gather } from '../../src/services/gather.ts';

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
