import fc from 'fast-check';
import { expect, test } from 'vitest';

import { SetsByKey } from '../../src/live/sets-by-key.ts';
import { SmallSet } from '../../src/live/small-set.ts';

const VALUES = Array.from({ length: 12 }, (_, number) => ({ number }));
const anAct = fc.record({ isAdded: fc.boolean(), value: fc.constantFrom(...VALUES) });

test('holds what a set holds, however much that is', () => {
  fc.assert(
    fc.property(fc.array(anAct, { maxLength: 60 }), (acts) => {
      const small = new SmallSet<{ number: number }>();
      const model = new Set<{ number: number }>();
      for (const { isAdded, value } of acts) {
        if (isAdded) [small, model].forEach((each) => each.add(value));
        else expect(small.delete(value)).toBe(model.delete(value));
        expect(small.size).toBe(model.size);
        expect([...small]).toEqual([...model]);
        expect(VALUES.filter((each) => small.has(each))).toEqual(VALUES.filter((each) => model.has(each)));
      }
    }),
  );
});

test('by their keys, are there as long as they hold something, and give the key that they had first', () => {
  const [one, other] = [{ number: 1 }, { number: 2 }];
  const sets = new SetsByKey<{ number: number }>();
  expect(sets.known('a key')).toBeUndefined();
  expect(sets.add('a key', one)).toBe(true);
  expect(sets.add('a key', other)).toBe(false);
  expect([...sets.of('a key')]).toEqual([one, other]);
  expect(sets.delete('a key', one)).toBe(false);
  expect(sets.delete('a key', one)).toBe(false);
  expect(sets.known('a key')).toBe('a key');
  expect(sets.delete('a key', other)).toBe(true);
  expect([...sets.of('a key')]).toEqual([]);
  expect([sets.size, sets.has('a key'), sets.known('a key')]).toEqual([0, false, undefined]);
});
