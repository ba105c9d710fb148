import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { TextDecoder } from 'node:util';

import { syncDirectory } from '../sync-directory.ts';
import { TooManyBytes, type AttachmentStore, type StagedBytes } from './attachment-store.ts';
import { typeOfFile } from './type-of-file.ts';

/** Beside the directories of hashes, whose names have two characters. */
const INCOMING = 'incoming';
const HASH = /^[0-9a-f]{64}$/;

/** Attachments in a directory: `ab/cdef…`, readable by us alone. Several processes need the same directory. */
export function openDirectoryStore(directory: string): AttachmentStore {
  const incoming = join(directory, INCOMING);
  const pathOf = (sha256: string) => {
    if (!HASH.test(sha256)) throw new Error('This is no hash of an attachment.');
    return { room: join(directory, sha256.slice(0, 2)), path: join(directory, sha256.slice(0, 2), sha256.slice(2)) };
  };

  async function settle(staged: string, sha256: string): Promise<void> {
    const { room, path } = pathOf(sha256);
    await mkdir(room, { recursive: true, mode: 0o700 });
    await rename(staged, path).catch(async (error: unknown) => {
      // A transaction that is tried again has put them there before.
      if (!isAbsent(error) || !(await exists(path))) throw error;
    });
    const now = new Date();
    await utimes(path, now, now);
    await syncDirectory(room);
  }

  return {
    async stage(source, mostBytes): Promise<StagedBytes> {
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      const staged = join(incoming, randomUUID());
      try {
        const written = await write(staged, source, mostBytes);
        const contentType = await typeOfFile(staged, written.isText);
        return {
          ...{ sha256: written.sha256, sizeBytes: written.sizeBytes, contentType },
          settle: () => settle(staged, written.sha256),
          discard: () => rm(staged, { force: true }),
        };
      } catch (error) {
        await rm(staged, { force: true });
        throw error;
      }
    },
    async open(sha256) {
      try {
        const file = await open(pathOf(sha256).path);
        return file.createReadStream();
      } catch (error) {
        if (isAbsent(error)) return null;
        throw error;
      }
    },
    remove: (sha256) => rm(pathOf(sha256).path, { force: true }),
    async *settledBefore(moment) {
      for (const room of await namesIn(directory)) {
        if (room !== INCOMING && !/^[0-9a-f]{2}$/.test(room)) continue;
        const old: string[] = [];
        for (const name of await namesIn(join(directory, room))) {
          const path = join(directory, room, name);
          const { mtime } = (await stat(path).catch(() => null)) ?? { mtime: moment };
          if (mtime >= moment) continue;
          if (room === INCOMING) await rm(path, { force: true });
          else if (HASH.test(room + name)) old.push(room + name);
        }
        if (old.length > 0) yield old;
      }
    },
  };
}

/** Writes what comes until it is too much; on return it is on the disk, not only in its memory. */
async function write(path: string, source: AsyncIterable<Uint8Array>, mostBytes: number) {
  const hash = createHash('sha256');
  const text = new TextDecoder('utf-8', { fatal: true });
  let sizeBytes = 0;
  let isText = true;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const part of source) {
      sizeBytes += part.length;
      if (sizeBytes > mostBytes) throw new TooManyBytes();
      hash.update(part);
      isText &&= !part.includes(0) && decodes(text, part);
      await file.writeFile(part);
    }
    isText &&= decodes(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), sizeBytes, isText };
}

function decodes(decoder: TextDecoder, part?: Uint8Array): boolean {
  try {
    decoder.decode(part, { stream: part !== undefined });
    return true;
  } catch {
    return false;
  }
}

const isAbsent = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';
const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
