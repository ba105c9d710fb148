import { globSync, readFileSync } from 'node:fs';

import { parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql';

const FILES = ['README.md', ...globSync('{docs,examples,test,web,bench}/**/*.{md,ts,tsx,graphql}')];
/** Texts between marks of code that begin like a document. */
const TEXTS = [
  /`\s*((?:query|subscription|fragment|\{)[^`]*)`/g,
  /```graphql\n([^`]*)```/g,
  /'((?:query|subscription|\{)[^'\n]*)'/g,
];

/** Every document that stands whole in a file of ours and is valid, once. What is put together while it runs is none. */
export function documentsOfFiles(schema: GraphQLSchema): { file: string; text: string; document: DocumentNode }[] {
  const found = new Map<string, { file: string; text: string; document: DocumentNode }>();
  for (const file of FILES.filter((name) => !name.includes('node_modules'))) {
    const content = readFileSync(file, 'utf8');
    const texts = file.endsWith('.graphql')
      ? [content]
      : TEXTS.flatMap((pattern) => [...content.matchAll(pattern)].map(([, text]) => text!));
    for (const text of texts)
      try {
        const document = parse(text);
        if (validate(schema, document).length === 0) found.set(text, { file, text, document });
      } catch {
        // Code that only begins like a document.
      }
  }
  return [...found.values()];
}
