import { expect, test } from 'vitest';

import { FairQueue } from '../../src/live/fair-queue.ts';

/** Work that ends when it is told to, and who was begun so far. */
function someWork(queue: FairQueue) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const all: Promise<void>[] = [];
  return {
    begun,
    add(owner: string, name: string, failure?: Error) {
      const work = queue.run(owner, async () => {
        begun.push(name);
        await new Promise<void>((resolve) => ends.push(resolve));
        if (failure) throw failure;
      });
      all.push(work);
      return work;
    },
    async endOne() {
      ends.shift()!();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('one who comes with many waits in turns with the others', async () => {
  const work = someWork(new FairQueue(2));
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) void work.add('a', name);
  void work.add('b', 'b1');
  void work.add('c', 'c1');
  expect(work.begun).toEqual(['a1', 'a2']);

  for (let i = 0; i < 5; i += 1) await work.endOne();

  expect(work.begun).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'a4', 'a5']);
});

test('work that fails gives its place on', async () => {
  const work = someWork(new FairQueue(1));
  const failing = work.add('a', 'a1', new Error('broken'));
  void work.add('b', 'b1');
  const caught = expect(failing).rejects.toThrow('broken');

  await work.endOne();
  await caught;
  expect(work.begun).toEqual(['a1', 'b1']);

  await work.endOne();
  void work.add('c', 'c1');
  expect(work.begun).toEqual(['a1', 'b1', 'c1']);
});
