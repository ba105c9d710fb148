import { existsSync, readFileSync } from 'node:fs';

import { buildSchema, findBreakingChanges, type BreakingChange, type GraphQLSchema } from 'graphql';
import { expect, test } from 'vitest';

import { CHANNELS } from '../../src/channels/channels.ts';
import { printedSchema } from '../../src/execution/print-schema.ts';

const RELEASED = new URL('../../src/schema/schema.released.graphql', import.meta.url);

const breaking = (before: GraphQLSchema, after: GraphQLSchema) =>
  findBreakingChanges(before, after).map(({ description }: BreakingChange) => description);

test.skipIf(!existsSync(RELEASED))(
  'nothing that a release promised is taken back (there is no release yet: skipped)',
  () => {
    expect(breaking(buildSchema(readFileSync(RELEASED, 'utf8')), buildSchema(printedSchema(CHANNELS)))).toEqual([]);
  },
);

test('a field that is gone is noticed', () => {
  const now = printedSchema(CHANNELS);
  const without = now.replace(/\n {2}reference: String!/, '\n  renamed: String!');

  expect(without).not.toBe(now);
  expect(breaking(buildSchema(now), buildSchema(without))).toHaveLength(1);
});
