import fc from 'fast-check';
import { expect, test } from 'vitest';

import { BLOCKINGS } from '../../../../src/services/customers/matching/block-keys.ts';
import { Blocks } from '../../../../src/services/customers/matching/blocks.ts';
import { toComparable } from '../../../../src/services/customers/matching/comparable.ts';
import { anyPerson } from './any-person.ts';

test('each pair comes once, has a key in common, and no pair is forgotten', () => {
  fc.assert(
    fc.property(fc.array(anyPerson, { maxLength: 40 }), (persons) => {
      const records = persons.map(toComparable);
      const blocks = new Blocks(records);
      const pairs = [...blocks.pairs()].map(([a, b]) => `${a} ${b}`);
      const shared = records.flatMap((one, a) =>
        records.slice(a + 1).flatMap((other, i) => {
          const isShared = BLOCKINGS.some(({ keys }) => keys(one).some((key) => keys(other).includes(key)));
          return isShared ? [`${a} ${a + 1 + i}`] : [];
        }),
      );
      expect(new Set(pairs).size).toBe(pairs.length);
      expect([...pairs].sort()).toEqual(shared.sort());
      expect(blocks.visited).toBe(blocks.size);
    }),
    { numRuns: 50 },
  );
});

test('a value that everybody has costs each record its neighbours, and is told', () => {
  const size = (records: number) => {
    const everybody = Array.from({ length: records }, (_, i) =>
      toComparable({ emails: ['kiosk@example.fi'], givenName: `g${i}` }),
    );
    const blocks = new Blocks(everybody);
    const pairs = [...blocks.pairs()];
    expect(pairs.every(([a, b]) => blocks.has(a, b))).toBe(true);
    expect(blocks.has(0, records - 1)).toBe(false);
    expect(blocks.report.find(({ name }) => name === 'e-mail')).toEqual({
      name: 'e-mail',
      blocks: 1,
      windowed: 1,
      largest: records,
    });
    return pairs.length;
  };
  expect(size(2_000)).toBeLessThanOrEqual(2_000 * 20);
  expect(size(4_000) / size(2_000)).toBeCloseTo(2, 1);
});
