import fc from 'fast-check';
import { expect, test } from 'vitest';

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
