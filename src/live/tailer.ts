import type { Database } from '../database/open-database.ts';
import type { Backbone, BackboneOptions } from './backbone.ts';
import { exchangeHints } from './hints.ts';
import { openJournalReader } from './journal-reader.ts';

/** Looks at the journal this often even when nothing wakes it, in milliseconds. */
const TICK_MS = 200;

/** Reads the journal for this process: one reader, however many subscribers. */
export async function startTailer(database: Database, options: BackboneOptions): Promise<Backbone> {
  const reader = openJournalReader(database, options);
  const stopWaking = await onJournalGrowth(database, () => reader.look());
  return {
    get place() {
      return reader.place;
    },
    silentMs: () => reader.silentMs(),
    catchUp: () => reader.catchUp(),
    async close() {
      await stopWaking();
      await reader.close();
    },
  };
}

/** Calls whenever the journal may have grown: on a commit of this process, on a hint of another, on a reconnect, and by the clock. */
export async function onJournalGrowth(database: Database, look: () => void): Promise<() => Promise<void>> {
  const timer = setInterval(look, TICK_MS);
  database.committed.add(look);
  const stopHints = await exchangeHints(database, look);
  return async () => {
    clearInterval(timer);
    database.committed.delete(look);
    await stopHints().catch(() => undefined);
  };
}
