import fc from 'fast-check';
import { expect, test } from 'vitest';

import { encodeKeyset, pageOf, readPageRequest } from '../../src/values/page.ts';

test('a page has 20 rows unless asked otherwise', () => {
  expect(readPageRequest()).toEqual({ first: 20, after: null });
  expect(readPageRequest(null, null)).toEqual({ first: 20, after: null });
});

test.each([0, -1, 101, 1.5, Number.NaN])('a page of %s is refused', (first) => {
  expect(() => readPageRequest(first)).toThrow(expect.objectContaining({ name: 'InvalidRequest', argument: 'first' }));
});

test('a cursor is read as it was written', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
      (at) => {
        const keyset = { at, id: 'cnv_1' };
        expect(readPageRequest(1, encodeKeyset(keyset)).after).toEqual(keyset);
      },
    ),
  );
});

test.each([
  'nonsense',
  '',
  Buffer.from('2|1|a').toString('base64url'),
  Buffer.from('1|1|a b').toString('base64url'),
  Buffer.from('1|999999999999999|a').toString('base64url'),
  Buffer.from('1|-999999999999999|a').toString('base64url'),
  'x'.repeat(10_000),
])('the cursor %s is none', (after) => {
  expect(() => readPageRequest(1, after)).toThrow(
    expect.objectContaining({ name: 'InvalidRequest', argument: 'after' }),
  );
});

test('rows behind the page are announced and not shown', () => {
  const keysetOf = (id: string) => ({ at: new Date(0), id });

  expect(pageOf(['a', 'b', 'c'], { first: 2, after: null }, keysetOf)).toMatchObject({
    nodes: ['a', 'b'],
    hasNextPage: true,
  });
  expect(pageOf(['a', 'b'], { first: 2, after: null }, keysetOf)).toMatchObject({
    nodes: ['a', 'b'],
    hasNextPage: false,
  });
});
