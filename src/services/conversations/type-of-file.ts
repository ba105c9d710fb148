import { open } from 'node:fs/promises';

import { fileTypeFromFile } from 'file-type';

const BEGINNING_BYTES = 1_024;
/** What a browser would run, whatever else it may be. */
const MARKUP = /^(?:\uFEFF)?\s*<(?:!doctype|html|head|body|script|svg|\?xml|!--|iframe|object|embed|style|meta)/i;

/**
 * What a file is by its bytes. Null: nothing that has a mark to be known by. `isText` says that all of it is UTF-8 without NUL, the
 * only mark that text has.
 */
export async function typeOfFile(path: string, isText: boolean): Promise<string | null> {
  if (isText && MARKUP.test(await beginningOf(path))) return 'text/html';
  // A broken file of a known type breaks its reader: it is then of no type.
  const found = await fileTypeFromFile(path).catch(() => undefined);
  // Kinds of text have marks that any text may begin with.
  if (isText && (!found || found.mime.startsWith('text/'))) return 'text/plain';
  return found?.mime ?? null;
}

async function beginningOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING_BYTES), 0, BEGINNING_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
