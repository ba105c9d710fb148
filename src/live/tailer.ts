import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { readBatch } from '../services/events/read-events.ts';
import type { Snapshot } from '../services/events/snapshot.ts';
import { recordSpan } from '../values/in-span.ts';
import type { Backbone, OnBatch } from './backbone.ts';
import { exchangeHints } from './hints.ts';

/** Looks at the journal this often even when nothing wakes it, in milliseconds. */
const TICK_MS = 200;

interface TailerOptions {
  /** Where the first batch begins. */
  from: Snapshot;
  onBatch: OnBatch;
  log: Logger;
}

/**
 * Reads the journal for this process: one reader, however many subscribers. Its place is a snapshot, so a batch is exactly what
 * was committed since the last one. Woken by a commit of this process, by a hint of another, by a reconnect and by a timer.
 */
export async function startTailer(database: Database, options: TailerOptions): Promise<Backbone> {
  const { onBatch, log } = options;
  let place = options.from;
  let lastReadAt = Date.now();
  let running: Promise<void> | null = null;
  let again: Promise<void> | null = null;
  let closed = false;
  let failing = false;

  const read = async () => {
    const begunAt = Date.now();
    const batch = await readBatch(database.journal, place);
    lastReadAt = Date.now();
    // The journal is looked at five times a second; a trace tells of the looks that found something.
    if (batch.events.length > 0) recordSpan('journal read', { 'punos.events': batch.events.length }, begunAt);
    if (failing) log.info('the journal is in reach again');
    failing = false;
    if (closed || batch.after.text === place.text) return;
    place = batch.after;
    onBatch(batch);
  };

  // A read that began before a commit may not see it, so a call during a read asks for one more after it; all such calls share it.
  const catchUp = (): Promise<void> => {
    if (closed) return Promise.reject(new Error('The tailer is closed.'));
    if (!running) {
      running = read().finally(() => {
        running = null;
      });
      return running;
    }
    again ??= running.then(
      () => ((again = null), catchUp()),
      () => ((again = null), catchUp()),
    );
    return again;
  };

  const wake = () => {
    if (closed) return;
    catchUp().catch((error: unknown) => {
      // The timer tries again; subscribers wait, they lose nothing.
      if (!failing && !closed) log.warn({ err: error }, 'the journal is out of reach, trying again');
      failing = true;
    });
  };

  const timer = setInterval(wake, TICK_MS);
  database.committed.add(wake);
  const stopHints = await exchangeHints(database, wake);

  return {
    get place() {
      return place;
    },
    silentMs: () => Date.now() - lastReadAt,
    catchUp,
    async close() {
      closed = true;
      clearInterval(timer);
      database.committed.delete(wake);
      await stopHints().catch(() => undefined);
      await running?.catch(() => undefined);
    },
  };
}
