// npm run restore -- <directory>: a backup into an empty database.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { restoreBackup } from '../src/backup/restore-backup.ts';
import { readConfig } from '../src/config.ts';
import { findRunning, startEmbedded } from '../src/database/embedded.ts';

const HELP = `npm run restore -- <directory>

Puts a backup into an empty database: a new DATA_DIR, or the one of MIGRATION_DATABASE_URL (with DATABASE_URL as the application's
role). Nothing is overwritten. Backups of older releases are brought to the tables of this one. Stop the server before.
`;

const say = (line: string) => void process.stderr.write(`${line}\n`);

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  const [name, ...more] = positionals;
  if (values.help) process.stdout.write(HELP);
  else if (name === undefined || more.length > 0) throw new Error(`Name one directory.\n\n${HELP}`);
  else await restore(resolve(process.env['INIT_CWD'] ?? '.', name));
} catch (error) {
  say((error as Error).message);
  process.exitCode = 1;
}

async function restore(directory: string): Promise<void> {
  const { database, runtime } = readConfig(process.env);
  const parts = {
    directory,
    attachmentsDir: join(runtime.dataDir, 'attachments'),
    onTable: ({ name: table, rows }: { name: string; rows: number }, done: number, total: number) =>
      say(`${done} of ${total}  ${table}: ${rows} row(s)`),
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
