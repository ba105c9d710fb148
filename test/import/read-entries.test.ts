import { expect, test } from 'vitest';

import { readEntries } from '../../src/import/read-entries.ts';

function read(text: string) {
  const broken: number[] = [];
  const entries = readEntries(text, (line) => broken.push(line)).map(({ line, name, value }) => [line, name, value]);
  return { entries, broken };
}

test('members of the object with their lines', () => {
  expect(read('{\n  "a": { "x": [1, 2, "}, {"] },\n\n  "b\\"": "text, with \\\\",\n  "c": null, "d": 4\n}\n')).toEqual({
    entries: [
      [2, 'a', { x: [1, 2, '}, {'] }],
      [4, 'b"', 'text, with \\'],
      [5, 'c', null],
      [5, 'd', 4],
    ],
    broken: [],
  });
});

test('a member that is no JSON is named, the others are read', () => {
  expect(read('{\n"a": {"x": 1..2},\n"b": {"open": "no end,\n},\n"c": nothing,\n"d": 1\n}')).toEqual({
    entries: [[6, 'd', 1]],
    broken: [2, 3, 5],
  });
});

test('a member that does not end spoils itself only', () => {
  const text = '{\n  "a": {\n    "x": [1,\n    "y": 2\n  },\n  "b": { "x": 1 }\n}';
  expect(read(text)).toEqual({ entries: [[6, 'b', { x: 1 }]], broken: [2] });
});

test('a file cut off in the middle gives what was whole', () => {
  expect(read('{\n"a": 1,\n"b": {"x": [')).toEqual({ entries: [[2, 'a', 1]], broken: [3] });
});

test('a text that is no object has no members', () => {
  expect(read('')).toEqual({ entries: [], broken: [] });
  expect(read('{}')).toEqual({ entries: [], broken: [] });
  expect(read('[1, 2]').entries).toEqual([]);
});
