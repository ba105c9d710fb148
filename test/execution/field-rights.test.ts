import 'reflect-metadata';
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { CHANNELS } from '../../src/channels/channels.ts';
import { buildSchema } from '../../src/execution/build-schema.ts';
import { readFieldRights } from '../../src/execution/field-rights.ts';
import { printedSchema } from '../../src/execution/print-schema.ts';

const { rights } = buildSchema(CHANNELS);

test('a type that extends another keeps its own right', () => {
  expect(rights.get('Node.id')).toBe('graph:read');
  expect(rights.get('ApiKey.id')).toBe('access:read');
  expect(rights.get('ApiKey.name')).toBe('access:read');
  expect(rights.get('InputError.message')).toBe('graph:read');
});

test('a field without a right fails the build', () => {
  const inner = new GraphQLObjectType({ name: 'Inner', fields: { forgotten: { type: GraphQLString } } });
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: { inner: { type: inner, extensions: { 'right@1': 'graph:read' } } },
  });

  expect(() => readFieldRights(new GraphQLSchema({ query }))).toThrow('Inner.forgotten');
});

test('a root field needs a right of its own, whatever its type has', () => {
  const query = new GraphQLObjectType({
    name: 'Query',
    extensions: { 'right@1': 'graph:read' },
    fields: { open: { type: GraphQLString } },
  });

  expect(() => readFieldRights(new GraphQLSchema({ query }))).toThrow('Query.open');
});

test('an unknown right fails the build', () => {
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: { open: { type: GraphQLString, extensions: { 'right@1': 'everything' } } },
  });

  expect(() => readFieldRights(new GraphQLSchema({ query }))).toThrow('everything');
});

test('the committed schema is the one that is served: `npm run sdl` writes it', () => {
  expect(readFileSync(new URL('../../src/schema/schema.graphql', import.meta.url), 'utf8')).toBe(
    printedSchema(CHANNELS),
  );
});
