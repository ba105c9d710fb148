import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import type { Batch } from '../services/events/read-events.ts';
import type { Snapshot } from '../services/events/snapshot.ts';

/**
 * Where the live edge gets its events from: batches that follow each other without a hole, each once. The journal's tailer is one;
 * a message broker may stand in front of it, the journal stays the truth.
 */
export interface Backbone {
  /** Everything that this snapshot sees was given to `onBatch`, except what nobody watched. */
  readonly place: Snapshot;
  /** Milliseconds since the journal was last read with success. */
  silentMs(): number;
  /** Resolves when everything that was committed before the call was given to `onBatch`. Rejects when the journal is out of reach. */
  catchUp(): Promise<void>;
  /** Told of the keys that are watched in this process. Absent: all events come anyhow. */
  readonly keys?: KeyListener;
  /** How the broker does. Absent: there is none. */
  readonly broker?: () => BrokerState;
  close(): Promise<void>;
}

/** Told when a key gets its first watcher and when it loses its last one. What comes after that turn is decided by it. */
export interface KeyListener {
  watched(key: string): void;
  unwatched(key: string): void;
}

/** A batch as it comes to this process: perhaps without events that nobody here watches. */
export interface LiveBatch extends Batch {
  /** What is known of the events that were left out. Absent: none was. */
  readonly leftOut?: LeftOut;
}

export interface LeftOut {
  readonly size: number;
  /** False: no event that was left out has this stream or topic. */
  mayHave(key: string): boolean;
}

/** Called for each batch, also for an empty one (the place moved, nothing happened). Must not throw and must not wait. */
export type OnBatch = (batch: LiveBatch) => void;

export interface BackboneOptions {
  /** Where the first batch begins. */
  from: Snapshot;
  onBatch: OnBatch;
  log: Logger;
}

export type StartBackbone = (database: Database, options: BackboneOptions) => Promise<Backbone>;

export interface BrokerState {
  /** Events come over the broker. False: from Postgres, as if there were no broker. */
  readonly isLive: boolean;
  /** This process is the one that publishes the journal. */
  readonly isRelaying: boolean;
  /** Milliseconds since anything was heard of a relay. */
  readonly silentMs: number;
  /** Subjects that this process is subscribed to. */
  readonly subjects: number;
  /** What happened since the start, by name. */
  readonly counts: Readonly<Record<string, number>>;
}
