import type { Batch } from '../services/events/read-events.ts';
import type { Snapshot } from '../services/events/snapshot.ts';

/**
 * Where the live edge gets its events from: batches that follow each other without a hole, each once. The journal's tailer is one;
 * a message broker may stand in front of it, the journal stays the truth.
 */
export interface Backbone {
  /** Everything that this snapshot sees was given to `onBatch`. */
  readonly place: Snapshot;
  /** Milliseconds since the journal was last read with success. */
  silentMs(): number;
  /** Resolves when everything that was committed before the call was given to `onBatch`. Rejects when the journal is out of reach. */
  catchUp(): Promise<void>;
  close(): Promise<void>;
}

/** Called for each batch, also for an empty one (the place moved, nothing happened). Must not throw and must not wait. */
export type OnBatch = (batch: Batch) => void;
