import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One table of a backup: its rows as COPY writes them, gzipped, in `tables/<name>.copy.gz`. */
export interface TableFile {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Of the uncompressed text. */
  readonly bytes: number;
  readonly sha256: string;
}

/** What a backup says of itself. Written last: a directory without it is no backup. */
export interface Manifest {
  readonly format: 'punos-backup';
  readonly version: 1;
  readonly madeAt: string;
  /** Hashes of the migrations that its tables had. */
  readonly migrations: readonly string[];
  /** In an order in which no row comes before one that it refers to. */
  readonly tables: readonly TableFile[];
  readonly attachmentFiles: number;
}

export const manifestFile = (directory: string) => join(directory, 'manifest.json');
export const tableFile = (directory: string, name: string) => join(directory, 'tables', `${name}.copy.gz`);
export const attachmentsOf = (directory: string) => join(directory, 'attachments');

/** Reads the manifest. Throws with a sentence when the directory holds no backup of a kind that is known here. */
export async function readManifest(directory: string): Promise<Manifest> {
  const text = await readFile(manifestFile(directory), 'utf8').catch(() => {
    throw new Error(`${directory} holds no backup: there is no manifest.json in it.`);
  });
  const manifest = parsed(text) as Partial<Manifest> | null;
  if (manifest?.format === 'punos-backup' && manifest.version === 1) return manifest as Manifest;
  throw new Error(`${directory} holds no backup that this release can read.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
