import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const schema = buildSchema(readFileSync(join(PROJECT, 'src/schema/schema.graphql'), 'utf8'));
const pages = ['README.md', ...globSync('docs/*.md', { cwd: PROJECT })];

/** What a page gives to copy: blocks of GraphQL, and documents within the JSON of a command. */
function documentsOf(page: string): string[] {
  const text = readFileSync(join(PROJECT, page), 'utf8');
  const blocks = [...text.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, block]) => block!);
  const commands = [...text.matchAll(/"query":\s*("(?:query|mutation|subscription|\{)(?:[^"\\]|\\.)*")/g)];
  return [...blocks, ...commands.map(([, json]) => JSON.parse(json!) as string)];
}

const documents = pages.flatMap((page) => documentsOf(page).map((document) => ({ page, document })));

test('the pages give documents to copy', () => {
  expect(documents.length).toBeGreaterThan(60);
});

test.each(documents)('a document of $page is one of the schema: $document', ({ document }) => {
  expect(validate(schema, parse(document)).map(({ message }) => message)).toEqual([]);
});
