import fc from 'fast-check';
import { expect, test } from 'vitest';

import { FIELDS } from '../../../../src/services/customers/matching/fields.ts';
import { learnWeights } from '../../../../src/services/customers/matching/learn-weights.ts';
import { PatternCounts } from '../../../../src/services/customers/matching/pattern-counts.ts';

const pattern = fc.tuple(...FIELDS.map(({ levels }) => fc.integer({ min: 0, max: levels.length })));
const counted = fc.array(fc.tuple(pattern, fc.integer({ min: 1, max: 1_000 })), { maxLength: 60 });

function countsOf(entries: readonly (readonly [readonly number[], number])[]): PatternCounts {
  const counts = new PatternCounts();
  for (const [levels, weight] of entries) counts.add(Uint8Array.from(levels), weight);
  return counts;
}

test('each step explains the pairs better than the one before, and everything learned is a probability', () => {
  fc.assert(
    fc.property(counted, counted, fc.integer({ min: 2, max: 5_000 }), (inside, outside, records) => {
      const { likelihoods, shares, ...tables } = learnWeights({
        candidates: countsOf(inside),
        outside: countsOf(outside),
        records,
      });
      for (const [i, now] of likelihoods.slice(1).entries())
        expect(now).toBeGreaterThanOrEqual(likelihoods[i]! - 1e-9 * Math.abs(now));
      expect(shares.match + shares.household + shares.stranger).toBeCloseTo(1, 9);
      for (const table of Object.values(tables))
        for (const [i, { levels }] of FIELDS.entries())
          for (const context of new Set(levels.map((level) => level.context))) {
            const row = levels.flatMap((level, at) => (level.context === context ? [table[i]![at + 1]!] : []));
            expect(row.every((p) => p > 0 && p <= 1)).toBe(true);
            expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
          }
    }),
    { numRuns: 40 },
  );
});

test('patterns come back as they were counted', () => {
  fc.assert(
    fc.property(counted, (entries) => {
      const total = new Map<string, number>();
      for (const [levels, weight] of entries) total.set(levels.join(), (total.get(levels.join()) ?? 0) + weight);
      const back = countsOf(entries).patterns();
      expect(new Map(back.map(({ levels, weight }) => [levels.join(), weight]))).toEqual(total);
    }),
    { numRuns: 40 },
  );
});
