import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { buildSchema, Kind, parse, validate, type DocumentNode, type FragmentDefinitionNode } from 'graphql';
import { expect, test } from 'vitest';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const schema = buildSchema(readFileSync(`${PROJECT}src/schema/schema.graphql`, 'utf8'));

/** Template strings that begin as a document does. None of ours has a placeholder in it. */
const TEMPLATES = /`\s*((?:query|mutation|subscription|fragment)\b[^`]*|\{[^`$]*)`/g;
const documents = globSync('examples/**/*.{ts,tsx}', { cwd: PROJECT }).flatMap((file) =>
  [...readFileSync(`${PROJECT}${file}`, 'utf8').matchAll(TEMPLATES)].flatMap(([, text]) => {
    const document = parseOrNull(text!);
    return document ? [{ file, name: nameOf(document), document }] : [];
  }),
);
const fragments = documents.flatMap(({ document }) => document.definitions.filter(isFragment));

test('documents were found in each of the three examples', () => {
  const rooms = new Set(documents.map(({ file }) => file.split('/')[1]));
  expect([...rooms].sort()).toEqual(['bot', 'frontend', 'partner']);
  expect(documents.length).toBeGreaterThan(12);
});

test.each(documents)('$file asks for $name as the schema has it', ({ file, document }) => {
  const own = document.definitions.some(isFragment)
    ? { ...document, definitions: [...document.definitions, ...asking(document)] }
    : document;
  const known = file.includes('/frontend/') ? withFragments(own) : own;
  expect(validate(schema, known).map(({ message }) => message)).toEqual([]);
});

/** A fragment alone is unused, which is a fault of its own: a query that uses nothing else stands beside it. */
const asking = (document: DocumentNode) =>
  document.definitions
    .filter(isFragment)
    .flatMap(
      ({ name, typeCondition }) =>
        parse(
          typeCondition.name.value === 'ContextPacket'
            ? `query Using { contextPacket(customerId: "") { ...${name.value} } }`
            : `query Using { node(id: "") { ...${name.value} } }`,
        ).definitions,
    );

/** The fragments that a document of the frontend takes from its neighbours. */
function withFragments(document: DocumentNode): DocumentNode {
  const text = JSON.stringify(document);
  const own = new Set(document.definitions.filter(isFragment).map(({ name }) => name.value));
  const taken = fragments.filter(
    ({ name }) =>
      !own.has(name.value) && text.includes(`"FragmentSpread","name":{"kind":"Name","value":"${name.value}"`),
  );
  return { ...document, definitions: [...document.definitions, ...taken] };
}

function isFragment(definition: DocumentNode['definitions'][number]): definition is FragmentDefinitionNode {
  return definition.kind === Kind.FRAGMENT_DEFINITION;
}

function nameOf({ definitions: [first] }: DocumentNode): string {
  return first && 'name' in first ? (first.name?.value ?? 'one without a name') : 'one without a name';
}

function parseOrNull(text: string): DocumentNode | null {
  try {
    return parse(text, { noLocation: true });
  } catch {
    return null;
  }
}
