import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

import type { Complain } from './import-source.ts';

/** A character that stands where bytes were no UTF-8. */
const REPLACEMENT = '\uFFFD';

/** A file of a source. */
export interface SourceFile {
  readonly path: string;
  /** As it is named in complaints. */
  readonly name: string;
}

/** The text of a file, plain or gzip by its first bytes, without a byte order mark; null with a complaint when it cannot be read. */
export async function readText({ path, name }: SourceFile, complain: Complain): Promise<string | null> {
  try {
    const bytes = await readFile(path);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return new TextDecoder('utf-8').decode(isGzip ? await promisify(gunzip)(bytes) : bytes);
  } catch (error) {
    complain({ file: name, line: 1 }, `The file cannot be read (${(error as Error).message}); it is left out.`);
    return null;
  }
}

/** True when bytes were lost in reading: such a text would not come back as it was. */
export const isDamaged = (text: string): boolean => text.includes(REPLACEMENT);
