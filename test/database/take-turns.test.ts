import { expect, test } from 'vitest';

import { DeadlineExceeded } from '../../src/database/deadline.ts';
import { takingTurns } from '../../src/database/take-turns.ts';

test('so much work goes on at once, the rest in its order, also after a failure', async () => {
  const inTurn = takingTurns(1, 60_000);
  const order: string[] = [];
  const first = Promise.withResolvers<string>();
  const failing = inTurn(() => first.promise);
  const later = ['second', 'third'].map((name) => inTurn(() => Promise.resolve(order.push(name))));
  await Promise.resolve();
  expect(order).toEqual([]);

  first.reject(new Error('It failed.'));
  await expect(failing).rejects.toThrow('It failed.');
  await Promise.all(later);
  expect(order).toEqual(['second', 'third']);
});

test('what waited too long is not begun, and holds nobody up', async () => {
  const inTurn = takingTurns(1, 1);
  const first = Promise.withResolvers<string>();
  const running = inTurn(() => first.promise);
  let begun = false;
  await expect(inTurn(() => Promise.resolve((begun = true)))).rejects.toThrow(DeadlineExceeded);

  first.resolve('done');
  expect(await running).toBe('done');
  expect(await inTurn(() => Promise.resolve('next'))).toBe('next');
  expect(begun).toBe(false);
});
