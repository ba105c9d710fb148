// npm run restore -- <directory>: a backup into an empty database.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { restoreBackup } from '../src/backup/restore-backup.ts';
import { readConfig } from '../src/config.ts';
import { findRunning, startEmbedded } from '../src/database/embedded.ts';
import { openDatabase } from '../src/database/open-database.ts';
import { systemViewer } from '../src/services/access/system-viewer.ts';
import { repeatErasure, type ListedErasure } from '../src/services/persons/erasure-list.ts';
import { onDirectory, say, sayTable } from './on-directory.ts';

const HELP = `npm run restore -- <directory>

Puts a backup into an empty database: a new DATA_DIR, or the one of MIGRATION_DATABASE_URL (with DATABASE_URL as the application's
role). Nothing is overwritten. Backups of older releases are brought to the tables of this one. Stop the server before.

  --erasures <file>   erase again who was erased since the backup was made: erasures.jsonl of the DATA_DIR of then.
                      Without it: the one of this DATA_DIR, where there is one.
`;

await onDirectory(HELP, restore);

async function restore(directory: string, erasures: string | undefined): Promise<void> {
  const { database, runtime } = readConfig(process.env);
  const listed = await readErasures(erasures ?? join(runtime.dataDir, 'erasures.jsonl'), erasures !== undefined);
  const parts = {
    directory,
    attachmentsDir: join(runtime.dataDir, 'attachments'),
    onTable: sayTable,
    log: say,
  };
  if (database.url) {
    const applicationRole = decodeURIComponent(new URL(database.url).username);
    await restoreBackup({ ...parts, ownerUrl: database.migrationUrl ?? database.url, applicationRole });
    await eraseAgain(database.url, listed);
  } else {
    if (await findRunning(runtime.dataDir)) throw new Error('A server works with this DATA_DIR. Stop it first.');
    const embedded = await startEmbedded({ dataDir: runtime.dataDir, log: say });
    try {
      await restoreBackup({ ...parts, ownerUrl: embedded.ownerUrl });
      await eraseAgain(embedded.applicationUrl, listed);
    } finally {
      await embedded.stop();
    }
  }
  say('Restored. Cursors from before are refused (CURSOR_EXPIRED): readers query again and go on.');
}

/** Read before anything is restored: a list that cannot be read must not be found out about afterwards. */
async function readErasures(path: string, isNamed: boolean): Promise<ListedErasure[]> {
  if (!isNamed && !existsSync(path)) {
    say(`There is no list of erasures at ${path}: whoever was erased since the backup was made is back.`);
    return [];
  }
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as ListedErasure);
}

async function eraseAgain(url: string, listed: readonly ListedErasure[]): Promise<void> {
  if (listed.length === 0) return;
  const database = openDatabase(url, { poolSize: 2, statementTimeoutMs: 600_000 });
  try {
    for (const erasure of listed)
      await repeatErasure({ db: database, viewer: systemViewer('restore'), now: new Date() }, erasure);
    say(`${listed.length} erasure(s) of the list are done here too.`);
  } finally {
    await database.close();
  }
}
