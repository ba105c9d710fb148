import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { syncDirectory } from '../sync-directory.ts';
import type { NumberedDrafts } from './write-audit-entries.ts';

/** Audit rows that the database cannot take now, on this machine's disk until it can: reading goes on, and who read is known for certain. */
export interface AuditSpool {
  /** On the disk when it resolves. Rejects when the disk does not take it, or too much waits already. */
  keep(rows: NumberedDrafts): Promise<void>;
  /** Gives `write` all that was kept before, also by processes that have ended, and forgets what it took. Rejects as `write` does. */
  empty(write: (rows: NumberedDrafts) => Promise<unknown>): Promise<void>;
}

/** An outage must not fill the disk. */
const MOST_FILES = 10_000;
const SUFFIX = '.json';

/**
 * Files that are written whole under another name first and never changed: so any process may move any of them into the table, at any time, also twice.
 */
export function openAuditSpool(directory: string): AuditSpool {
  let files = 0;

  return {
    async keep(rows) {
      if (files >= MOST_FILES) throw new Error(`${directory} holds ${files} files that the database has not taken.`);
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const path = join(directory, `${rows.process}-${String(rows.first).padStart(12, '0')}`);
      try {
        const file = await open(`${path}.part`, 'w', 0o600);
        try {
          await file.writeFile(JSON.stringify(rows));
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(`${path}.part`, path + SUFFIX);
        await syncDirectory(directory);
      } catch (error) {
        await rm(`${path}.part`, { force: true });
        throw error;
      }
      files += 1;
    },

    async empty(write) {
      const names = await readdir(directory).catch(orIfAbsent<string[]>([]));
      const kept = names.filter((name) => name.endsWith(SUFFIX)).sort();
      files = kept.length;
      for (const name of kept) {
        const text = await readFile(join(directory, name), 'utf8').catch(orIfAbsent(null));
        // Another process was faster.
        if (text !== null) await write(JSON.parse(text) as NumberedDrafts);
        await rm(join(directory, name), { force: true });
        files -= 1;
      }
    },
  };
}

/** Only what is not there counts as gone: a file that cannot be read now is kept, and tried again. */
const orIfAbsent =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return instead;
    throw error;
  };
