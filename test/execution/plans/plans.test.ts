import { buildSchema, parse, type OperationDefinitionNode } from 'graphql';
import { afterEach, expect, test, vi } from 'vitest';

import { planning } from '../../../src/execution/plans/plans.ts';

const schema = buildSchema('type Query { a: Int b: Int }');
const read = (text: string) => {
  const document = parse(text);
  return [document, document.definitions[0] as OperationDefinitionNode] as const;
};
afterEach(() => void vi.useRealTimers());

test('who comes once leaves no plan behind; who comes again has one from then on', () => {
  const planFor = planning(schema);
  const operation = read('{ a }');

  expect(planFor(...operation, {})).toBeNull();
  const plan = planFor(...operation, {});
  expect(plan).not.toBeNull();
  expect(planFor(...operation, {})).toBe(plan);
});

test('plans are made only so many a second, however many documents come again', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const planFor = planning(schema, { runsBefore: 0, perSecond: 3, most: 100 });
  const operations = Array.from({ length: 5 }, (_, i) => read(`query Q${i} { a }`));
  const planned = () => operations.filter((operation) => planFor(...operation, {}) !== null).length;

  expect(planned()).toBe(3);
  expect(planned()).toBe(3);
  vi.advanceTimersByTime(1_000);
  expect(planned()).toBe(5);
});

test('no more plans are kept than there is room for, those that were used last', () => {
  const planFor = planning(schema, { runsBefore: 0, perSecond: Infinity, most: 2 });
  const [first, second, third] = ['{ a }', '{ b }', '{ a b }'].map(read) as [
    ReturnType<typeof read>,
    ReturnType<typeof read>,
    ReturnType<typeof read>,
  ];
  const [ofFirst, ofSecond] = [planFor(...first, {}), planFor(...second, {})];
  planFor(...first, {});
  planFor(...third, {});

  expect(planFor(...first, {})).toBe(ofFirst);
  expect(planFor(...second, {})).not.toBe(ofSecond);
});

test('each answer to the conditions has a plan of its own, for eight of them', () => {
  const planFor = planning(schema, { runsBefore: 0, perSecond: Infinity, most: 100 });
  const operation = read(
    'query ($w: Boolean!, $x: Boolean!, $y: Boolean!, $z: Boolean!) { a @skip(if: $w) @include(if: $x) b @skip(if: $y) @include(if: $z) }',
  );
  const plans = Array.from({ length: 16 }, (_, i) =>
    planFor(...operation, { w: (i & 1) > 0, x: (i & 2) > 0, y: (i & 4) > 0, z: (i & 8) > 0 }),
  );

  expect(new Set(plans.slice(0, 8)).size).toBe(8);
  expect(plans.slice(0, 8)).not.toContain(null);
  expect(plans.slice(8)).toEqual(Array(8).fill(null));
});

test('a condition that has no answer is left to graphql-js, which says where it went wrong', () => {
  const planFor = planning(schema, { runsBefore: 0, perSecond: Infinity, most: 100 });

  expect(planFor(...read('query ($w: Boolean = true) { a @skip(if: $w) }'), { w: null })).toBeNull();
});
