// npm run migrate: brings the database to the tables of this release, as the role that owns them.
import { readConfig } from '../src/config.ts';
import { startEmbedded } from '../src/database/embedded.ts';
import { migrate } from '../src/database/migrate.ts';

const log = (line: string) => console.log(line);

try {
  const { database, runtime } = readConfig(process.env);
  if (database.url) {
    const applicationRole = decodeURIComponent(new URL(database.url).username);
    await migrate(database.migrationUrl ?? database.url, { log, applicationRole });
  } else {
    const embedded = await startEmbedded({ dataDir: runtime.dataDir, log });
    await migrate(embedded.ownerUrl, { log }).finally(() => embedded.stop());
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
