// npm run restore -- <directory>: a backup into an empty database.
import { join } from 'node:path';

import { restoreBackup } from '../src/backup/restore-backup.ts';
import { readConfig } from '../src/config.ts';
import { findRunning, startEmbedded } from '../src/database/embedded.ts';
import { onDirectory, say, sayTable } from './on-directory.ts';

const HELP = `npm run restore -- <directory>

Puts a backup into an empty database: a new DATA_DIR, or the one of MIGRATION_DATABASE_URL (with DATABASE_URL as the application's
role). Nothing is overwritten. Backups of older releases are brought to the tables of this one. Stop the server before.
`;

await onDirectory(HELP, restore);

async function restore(directory: string): Promise<void> {
  const { database, runtime } = readConfig(process.env);
  const parts = {
    directory,
    attachmentsDir: join(runtime.dataDir, 'attachments'),
    onTable: sayTable,
    log: say,
  };
  if (database.url) {
    const applicationRole = decodeURIComponent(new URL(database.url).username);
    await restoreBackup({ ...parts, ownerUrl: database.migrationUrl ?? database.url, applicationRole });
  } else {
    if (await findRunning(runtime.dataDir)) throw new Error('A server works with this DATA_DIR. Stop it first.');
    const embedded = await startEmbedded({ dataDir: runtime.dataDir, log: say });
    await restoreBackup({ ...parts, ownerUrl: embedded.ownerUrl }).finally(() => embedded.stop());
  }
  say('Restored. Cursors from before are refused (CURSOR_EXPIRED): readers query again and go on.');
}
