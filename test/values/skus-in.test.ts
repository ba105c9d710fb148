import { expect, test } from 'vitest';

import { skusIn } from '../../src/values/skus-in.ts';

test.each([
  ['Is SHIRT-BLUE-M still there?', ['SHIRT-BLUE-M']],
  ['onko shirt-9/m (tai LAMP_2.0) hyllyssä', ['shirt-9/m', 'SHIRT-9/M', 'LAMP_2.0']],
  ['I want two of it, OK?', []],
  ['LAMP, LAMP and lamp', ['LAMP']],
  ['“ÄLYLAMPPU-7”.', ['ÄLYLAMPPU-7']],
  ['', []],
])('of %j these may be SKUs: %j', (text, skus) => {
  expect(skusIn(text)).toEqual(skus);
});

test('a long text costs no more than its beginning', () => {
  expect(skusIn('A1 '.repeat(100_000) + 'LAMP')).toEqual([]);
  expect(skusIn(Array.from({ length: 50 }, (_, i) => `SKU-${i}`).join(' '))).toHaveLength(10);
  expect(skusIn('-'.repeat(2_000) + 'LAMP')).toEqual([]);
  expect(skusIn('x'.repeat(3_000))).toEqual([]);
});
