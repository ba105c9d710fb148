import fc from 'fast-check';
import { expect, test } from 'vitest';

import { hasRepeatedNames } from '../../src/values/has-repeated-names.ts';

test('a name that stands twice in one object is found, also escaped and deep inside', () => {
  for (const text of [
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"x":[{"a":{"b":1,"c":[],"b":2}}]}',
    '{"":1,"":2}',
    '{ "a" : 1 , "a" : 1 }',
  ])
    expect(hasRepeatedNames(text), text).toBe(true);
  for (const text of [
    '{"a":{"a":{"a":1}}}',
    '[{"a":1},{"a":1}]',
    '{"a":"b","b":"a"}',
    '{"a":"\\"a\\":1,\\"a\\":2"}',
    '1',
    '"a"',
  ])
    expect(hasRepeatedNames(text), text).toBe(false);
});

test('what a writer wrote has none, whatever the names and values are', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 2 }), (value, space) => {
      expect(hasRepeatedNames(JSON.stringify(value, null, space))).toBe(false);
    }),
  );
});
