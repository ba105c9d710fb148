import type { Database } from '../database/open-database.ts';
import { gather } from '../services/gather.ts';
import type { Place } from '../services/events/cursor.ts';
import { readMissedOfMany, type Missed, type MissedQuestion } from '../services/events/read-missed-of-many.ts';
import { readMissed, type Interest } from '../services/events/read-events.ts';
import type { Snapshot } from '../services/events/snapshot.ts';
import type { Hub } from './hub.ts';

/** Readers of one statement. */
const MOST_AT_ONCE = 500;

/**
 * What readers missed while they were away. From memory when it reaches back to their place: after a short break thousands come back
 * with hardly a look at the journal. Else from the journal, those of one stream together.
 */
export class MissedEvents {
  readonly #hub: Hub;
  readonly #database: Database;
  readonly #readOfStream: (question: MissedQuestion) => Promise<Missed>;

  constructor(hub: Hub, database: Database) {
    this.#hub = hub;
    this.#database = database;
    this.#readOfStream = gather((questions) => readMissedOfMany(database.journal, questions), MOST_AT_ONCE);
  }

  /** A page of what a reader at `place` missed up to `until`, a place of the hub that is not ahead of it; in order. */
  async read(place: Place, options: { until: Snapshot; interest: Interest; limit: number }): Promise<Missed> {
    const { until, interest, limit } = options;
    if (place.before.text === until.text) return [];
    const remembered = this.#hub.missed(place, new Set([...interest.streams, ...interest.topics]), until);
    if (remembered) return remembered.slice(0, limit);
    const [stream, ...others] = interest.streams;
    if (stream !== undefined && others.length + interest.topics.length === 0)
      return this.#readOfStream({ place, until, stream, limit });
    return readMissed(this.#database.journal, place, options);
  }
}
