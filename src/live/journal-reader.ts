import type { Database } from '../database/open-database.ts';
import { readBatch, readFloor } from '../services/events/read-events.ts';
import type { Snapshot } from '../services/events/snapshot.ts';
import { recordSpan } from '../values/in-span.ts';
import type { BackboneOptions, LiveBatch } from './backbone.ts';
import { splice } from './splice.ts';

/** How often it is asked below which position nothing new can be; only a slice that began since makes a difference. */
const FLOOR_EVERY_MS = 60_000;
/** From a look that found something to the next: a look and what follows from it cost more than an event in them. Who comes later than that waits for nothing. */
const REST_MS = 8;

/** Reads the journal from a place on, when it is told to look. Its place is a snapshot, so a batch is exactly what was committed since the last one. */
export interface JournalReader {
  readonly place: Snapshot;
  /** Milliseconds since the last read that succeeded. */
  silentMs(): number;
  /** Resolves when everything that was committed before the call was passed on. Rejects when the journal is out of reach. */
  catchUp(): Promise<void>;
  /** The same for those who do not wait for it, sooner or later; failures are logged. */
  look(): void;
  /** Passes on what is new in a batch that came another way, and goes on from there. A hole: catch up instead. */
  take(batch: LiveBatch): 'taken' | 'repeat' | 'hole';
  close(): Promise<void>;
}

export function openJournalReader(database: Database, { from, onBatch, log }: BackboneOptions): JournalReader {
  let place = from;
  let floor = 0;
  let floorAt = -Infinity;
  let lastReadAt = performance.now();
  let running: Promise<void> | null = null;
  let again: Promise<void> | null = null;
  let foundAt = -Infinity;
  let resting: NodeJS.Timeout | null = null;
  let closed = false;
  let failing = false;

  const take = (batch: LiveBatch) => {
    const spliced = splice(place, batch);
    if (typeof spliced === 'string') return spliced;
    place = spliced.after;
    onBatch(spliced);
    return 'taken';
  };

  const read = async () => {
    const begunAt = Date.now();
    if (performance.now() - floorAt >= FLOOR_EVERY_MS) {
      floor = await readFloor(database.journal, place);
      floorAt = performance.now();
    }
    const batch = await readBatch(database.journal, place, floor);
    lastReadAt = performance.now();
    if (batch.events.length > 0) foundAt = lastReadAt;
    // The journal is looked at five times a second; a trace tells of the looks that found something.
    if (batch.events.length > 0) recordSpan('journal read', { 'punos.events': batch.events.length }, begunAt);
    if (failing) log.info('the journal is in reach again');
    failing = false;
    if (!closed) take(batch);
  };

  // A read that began before a commit may not see it, so a call during a read asks for one more after it; all such calls share it.
  const catchUp = (): Promise<void> => {
    if (closed) return Promise.reject(new Error('The reader of the journal is closed.'));
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

  const lookNow = (): void => {
    catchUp().catch((error: unknown) => {
      // Whoever wakes it does so again; subscribers wait, they lose nothing.
      if (!failing && !closed) log.warn({ err: error }, 'the journal is out of reach, trying again');
      failing = true;
    });
  };

  return {
    get place() {
      return place;
    },
    silentMs: () => performance.now() - lastReadAt,
    catchUp,
    look() {
      if (closed || resting) return;
      const rest = foundAt + REST_MS - performance.now();
      if (rest <= 0) return lookNow();
      resting = setTimeout(() => {
        resting = null;
        lookNow();
      }, rest);
    },
    take,
    async close() {
      closed = true;
      clearTimeout(resting ?? undefined);
      await running?.catch(() => undefined);
    },
  };
}
