import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'graphql';

import { sha256Of } from './persisted-documents.ts';

const GRAPHQL_FILE = /\.(graphql|gql)$/;

/**
 * Reads the documents that an operator knows: a file, or a folder with all files below it. Manifests (`.json`) of Apollo
 * (`{ format: "apollo-persisted-query-manifest", operations: [{ id, body }] }`) or of Relay (`{ "<id>": "<text>" }`), or documents
 * (`.graphql`, `.gql`), one a file. The texts by their ids and by their SHA-256. Throws a sentence that names the file that cannot
 * be read.
 */
export function readDocumentFiles(path: string): Map<string, string> {
  const isFolder = statSync(path).isDirectory();
  const files = isFolder ? globSync('**/*.{json,graphql,gql}', { cwd: path }).map((file) => join(path, file)) : [path];
  const texts = new Map<string, string>();
  for (const file of files.sort())
    for (const [id, text] of documentsIn(file)) {
      texts.set(sha256Of(text), text);
      if (id !== null) texts.set(id, text);
    }
  return texts;
}

function documentsIn(file: string): [id: string | null, text: string][] {
  try {
    const content = readFileSync(file, 'utf8');
    const documents = GRAPHQL_FILE.test(file) ? asFileAndAsTyped(content) : inManifest(JSON.parse(content));
    for (const [, text] of documents) parse(text);
    return documents;
  } catch (error) {
    throw new Error(`${file} is no list of documents: ${(error as Error).message}`, { cause: error });
  }
}

/** Editors end a file with a line break that clients do not send. */
const asFileAndAsTyped = (content: string): [null, string][] => [
  [null, content],
  [null, content.trim()],
];

function inManifest(manifest: unknown): [string, string][] {
  if (manifest === null || typeof manifest !== 'object' || Array.isArray(manifest))
    throw new Error('neither a manifest of Apollo nor one of Relay');
  const { format, operations } = manifest as { format?: unknown; operations?: unknown };
  const isOfApollo = format === 'apollo-persisted-query-manifest' && Array.isArray(operations);
  const entries: [unknown, unknown][] = isOfApollo
    ? (operations as { id?: unknown; body?: unknown }[]).map(({ id, body }) => [id, body])
    : Object.entries(manifest);
  return entries.map(([id, text]) => {
    if (typeof id !== 'string' || typeof text !== 'string')
      throw new Error(`the entry ${JSON.stringify(id)} has no text`);
    return [id, text];
  });
}
