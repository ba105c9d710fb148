import type { Readable } from 'node:stream';

/** Bytes that are safely stored and not yet anybody's. Ends with `settle` or `discard`. */
export interface StagedBytes {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** What the bytes are. Null: nothing that has a mark to be known by. */
  readonly contentType: string | null;
  /** Puts them under their hash, where the same bytes may stand already. May be called again. */
  settle(): Promise<void>;
  /** Removes what was not settled. */
  discard(): Promise<void>;
}

/** More bytes came than may. Nothing was kept. */
export class TooManyBytes extends Error {}

/** Where the bytes of attachments are, by their SHA-256 in hex: the same bytes are kept once. */
export interface AttachmentStore {
  /** Takes bytes in as they come, in constant memory. Whatever breaks on the way, nothing stays. Throws TooManyBytes. */
  stage(source: AsyncIterable<Uint8Array>, mostBytes: number): Promise<StagedBytes>;
  /** Null: they are not here. */
  open(sha256: string): Promise<Readable | null>;
  /** No error when they are gone. */
  remove(sha256: string): Promise<void>;
  /** Hashes of what was settled last before a moment, in batches; removes what was staged before it and never ended. */
  settledBefore(moment: Date): AsyncIterable<readonly string[]>;
}
