import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';

const NEWLINE = 10;

/** A stream that lets bytes through and knows afterwards how many there were, in how many lines, and their SHA-256. */
export class CountedBytes extends Transform {
  readonly #hash = createHash('sha256');
  bytes = 0;
  lines = 0;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, chunk: Buffer) => void): void {
    this.#hash.update(chunk);
    this.bytes += chunk.length;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) this.lines += 1;
    done(null, chunk);
  }

  /** Once, at the end. */
  sha256(): string {
    return this.#hash.digest('hex');
  }
}
