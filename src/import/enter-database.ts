import { findRunning, startEmbedded } from '../database/embedded.ts';
import { checkMigrated, migrate } from '../database/migrate.ts';
import { openDatabase, type Database } from '../database/open-database.ts';

export interface Entered {
  readonly database: Database;
  leave(): Promise<void>;
}

interface Where {
  /** The application's address; undefined: the embedded database in `dataDir`. */
  readonly url: string | undefined;
  readonly dataDir: string;
  readonly statementTimeoutMs: number;
  readonly log: (line: string) => void;
}

/** Opens the database of this installation beside a running server, or alone: then it is started and stopped again. */
export async function enterDatabase({ url, dataDir, statementTimeoutMs, log }: Where): Promise<Entered> {
  const running = url ? { applicationUrl: url } : await findRunning(dataDir);
  if (running) return open(running.applicationUrl, statementTimeoutMs, async () => undefined);
  const embedded = await startEmbedded({ dataDir, log });
  try {
    await migrate(embedded.ownerUrl, { log });
    return await open(embedded.applicationUrl, statementTimeoutMs, () => embedded.stop());
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

async function open(url: string, statementTimeoutMs: number, afterwards: () => Promise<void>): Promise<Entered> {
  // A transaction of some hundred rows takes longer than a request may; four connections are what three writers use.
  const options = { poolSize: 4, statementTimeoutMs: Math.max(statementTimeoutMs, 60_000) };
  const database = openDatabase(url, { ...options, applicationName: 'punos import' });
  try {
    await checkMigrated(database.sql);
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    database,
    async leave() {
      await database.close();
      await afterwards();
    },
  };
}
