import fc from 'fast-check';
import { expect, test } from 'vitest';

import { readRows, RowReader } from '../../src/import/read-rows.ts';

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

const quoted = (field: string) => (/[",\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
const aField = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', ' ', ';'), maxLength: 6 });

test('what was written is read again, in whatever pieces it comes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(aField, { minLength: 2, maxLength: 4 }), { maxLength: 8 }),
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 9 }),
      (rows, lineBreak, size) => {
        const text = rows.map((row) => row.map(quoted).join(',')).join(lineBreak);
        const reader = new RowReader(',', (line) => expect.unreachable(`line ${line} is broken`));
        const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
        const read = [...pieces.flatMap((piece) => [...reader.take(piece)]), ...reader.take('', true)];
        expect(read.map(({ fields }) => fields)).toEqual(rows);
      },
    ),
  );
});

test('a row of ten million characters is passed over and what follows is read', () => {
  for (const open of ['', '"']) {
    const broken: number[] = [];
    const reader = new RowReader(',', (line) => broken.push(line));
    const rows = [...reader.take(`a,b\n1,${open}`)];
    for (let i = 0; i < 100; i += 1) rows.push(...reader.take('x'.repeat(100_000)));
    rows.push(...reader.take('\n2,fine\n'), ...reader.take('', true));
    expect(rows).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 3, fields: ['2', 'fine'] },
    ]);
    expect(broken).toEqual([2]);
  }
});
