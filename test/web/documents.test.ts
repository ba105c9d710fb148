import { readFileSync } from 'node:fs';

import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';

import * as examples from '../../web/src/graphiql/examples.ts';
import * as documents from '../../web/src/live/documents.ts';
import * as widget from '../../web/widget/documents.ts';

const schema = buildSchema(readFileSync(new URL('../../src/schema/schema.graphql', import.meta.url), 'utf8'));

const { tabsFor: _, ...texts } = examples;

test.each(Object.entries({ ...documents, ...texts, ...widget }))(
  'the pages ask for %s as the schema has it',
  (_name, text) => {
    expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
  },
);
