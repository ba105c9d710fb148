import type { Db } from '../database/open-database.ts';
import type { Viewer } from '../values/viewer.ts';
import type { Fact } from './events/fact.ts';

/** What every use case is given first: where, for whom, when. */
export interface Scope {
  readonly db: Db;
  readonly viewer: Viewer;
  /** The moment of the request, in the server's clock. Tests choose it. */
  readonly now: Date;
}

/** A scope inside a transaction: what it changes, it names in `facts`. */
export interface TransactionScope extends Scope {
  readonly facts: Fact[];
  /** Statements under way that nobody waits for before the end. */
  readonly writes: Promise<unknown>[];
}
