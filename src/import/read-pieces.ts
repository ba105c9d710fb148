import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';

import { Unreadable } from './import-source.ts';
import type { SourceFile } from './read-text.ts';

/** Beginnings of files that are no text of ours, and what to do with them. */
const NOT_TEXT: readonly (readonly [bytes: readonly number[], sentence: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], 'is an Excel workbook or a zip file. Save the sheet as “CSV UTF-8” and import that.'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'is an old Excel workbook. Save the sheet as “CSV UTF-8” and import that.'],
  [[0xff, 0xfe], 'is UTF-16. Save it as UTF-8 and import that.'],
  [[0xfe, 0xff], 'is UTF-16. Save it as UTF-8 and import that.'],
];

/**
 * The text of a file, piece by piece, plain or gzip by its first bytes, without a byte order mark, any line break as \n where the
 * file knows \r alone. Bytes that are no UTF-8 become U+FFFD: see `isDamaged`. Throws Unreadable for what is no text.
 */
export async function* readPieces({ path, name }: SourceFile): AsyncGenerator<string> {
  const beginning = await firstBytes(path);
  for (const [bytes, sentence] of NOT_TEXT)
    if (bytes.every((byte, i) => beginning[i] === byte)) throw new Unreadable(`${name} ${sentence}`);
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  const isGzip = beginning[0] === 0x1f && beginning[1] === 0x8b;
  const stream = isGzip ? file.pipe(createGunzip({ chunkSize: 256 * 1024 })) : file;
  if (isGzip) file.on('error', (error) => stream.destroy(error));
  const decoder = new TextDecoder('utf-8');
  let hasOldBreaks: boolean | null = null;
  try {
    for await (const bytes of stream as AsyncIterable<Buffer>) {
      const text = decoder.decode(bytes, { stream: true });
      hasOldBreaks ??= text.includes('\r') && !text.includes('\n');
      yield hasOldBreaks ? text.replaceAll('\r', '\n') : text;
    }
    yield decoder.decode();
  } catch (error) {
    throw new Unreadable(`${name} cannot be read to its end (${(error as Error).message}).`);
  } finally {
    file.destroy();
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
