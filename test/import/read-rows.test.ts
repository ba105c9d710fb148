import { expect, test } from 'vitest';

import { readRows } from '../../src/import/read-rows.ts';

function read(text: string) {
  const broken: number[] = [];
  const rows = [...readRows(text, (line) => broken.push(line))].map(({ line, fields }) => [line, ...fields]);
  return { rows, broken };
}

test('plain rows, with or without a last line break, with either line break, blank lines skipped', () => {
  const expected = {
    rows: [
      [1, 'a', 'b'],
      [3, 'c', ''],
    ],
    broken: [],
  };
  expect(read('a\tb\n\nc\t')).toEqual(expected);
  expect(read('a\tb\r\n\r\nc\t\r\n')).toEqual(expected);
  expect(read('')).toEqual({ rows: [], broken: [] });
});

test('a quoted field holds tabs, line breaks and doubled quotes, and lines are counted on', () => {
  expect(read('a\t"b \t c \n\n d"\te\nf\t"say ""hi"""\r\n"g"\t"h"\tlast\n')).toEqual({
    rows: [
      [1, 'a', 'b \t c \n\n d', 'e'],
      [4, 'f', 'say "hi"'],
      [5, 'g', 'h', 'last'],
    ],
    broken: [],
  });
});

test('a quote inside a plain field is a character like any other', () => {
  expect(read('5" nails\ta"b\n').rows).toEqual([[1, '5" nails', 'a"b']]);
});

test('a quote that nothing closes spoils its own line only', () => {
  expect(read('a\t"open\nb\tc\nd\t"x"y\ne\t"fine"\nf\t"')).toEqual({
    rows: [
      [2, 'b', 'c'],
      [4, 'e', 'fine'],
    ],
    broken: [1, 3, 5],
  });
});
