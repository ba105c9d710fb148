// npm run backup -- <directory>: everything this installation knows, while the server runs.
import { join } from 'node:path';

import { writeBackup } from '../src/backup/write-backup.ts';
import { readConfig } from '../src/config.ts';
import { findRunning, startEmbedded } from '../src/database/embedded.ts';
import { onDirectory, say, sayTable } from './on-directory.ts';

const HELP = `npm run backup -- <directory>

Writes everything as it was at one moment into a new directory: a gzipped file per table, the attachments, and a manifest with
counts and checksums. The server may run meanwhile. Works with DATABASE_URL, or with the embedded database in DATA_DIR.
Keep the directory safe: it holds all data of your customers, and the key that inbox credentials are encrypted with.
`;

await onDirectory(HELP, backUp);

async function backUp(directory: string): Promise<void> {
  const { database, runtime } = readConfig(process.env);
  const running = database.url ? { applicationUrl: database.url } : await findRunning(runtime.dataDir);
  const started = running ? undefined : await startEmbedded({ dataDir: runtime.dataDir, log: say });
  try {
    const manifest = await writeBackup({
      databaseUrl: (running ?? started!).applicationUrl,
      attachmentsDir: join(runtime.dataDir, 'attachments'),
      directory,
      onTable: sayTable,
    });
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    say(`${directory}: ${manifest.tables.length} tables, ${rows} rows, ${manifest.attachmentFiles} attachment(s).`);
  } finally {
    await started?.stop();
  }
}
