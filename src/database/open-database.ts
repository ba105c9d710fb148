import { openDatabaseClock, type DatabaseClock } from './database-clock.ts';
import { hostsOf, urlOfHost } from './database-hosts.ts';
import { openSockets, type DatabaseSockets } from './database-sockets.ts';
import { openQueues, type EnqueueJob } from './enqueue-job.ts';
import { OutcomeUnknown } from '../values/outcome-unknown.ts';
import { openPool } from './pool.ts';
import type { Sql } from './sql.ts';
import { takingTurns } from './take-turns.ts';
import { tracedSql } from './traced-sql.ts';

export type { Sql } from './sql.ts';

/** A way into the database. Inside a transaction both `sql` and `hot` are that transaction's connection. */
export interface Db {
  /** Reads and writes. */
  readonly sql: Sql;
  /** Reads that are asked often: statements keep one generic plan. Few shapes only, they are never evicted. */
  readonly hot: Sql;
  /** Reads of the journal: by index always, whatever the planner guesses of a table whose end it has not seen yet. */
  readonly journal: Sql;
  /**
   * Writes of one statement that stand beside the work, such as who read what: their commits, too, may wait for a standby, and would take the
   * connections that are left for reading.
   */
  readonly aside: Sql;
  /** Opens a transaction on the pool. Services call `atomically` instead. */
  readonly begin: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
  /** Puts a job on a queue, in the transaction that it is given. */
  readonly enqueue: EnqueueJob;
  /** Called after each commit of this process that wrote to the journal. */
  readonly committed: Set<() => void>;
  /** What time it is in the database: what decides is decided by it, never by the clock of this machine. */
  readonly now: DatabaseClock['now'];
}

export interface Database extends Db {
  /** Subscribes to a NOTIFY channel; `onListen` runs at the first and at every later connect, when hints may have been lost. */
  listen(channel: string, onNotify: (payload: string) => void, onListen: () => void): Promise<() => Promise<void>>;
  /** Where connections come from when there are several servers, for another client of the same database. Null: there is one. */
  readonly sockets: DatabaseSockets | null;
  /** Measures the database's time from now on. Until then `now` is this machine's. */
  keepTime(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Connections for `sql`; `hot` takes half as many. */
  poolSize: number;
  /** The server ends a statement after this long, in milliseconds. */
  statementTimeoutMs: number;
  applicationName?: string;
  /** A span for each statement. Default: none, and nothing is paid for it. */
  traced?: boolean;
}

const JOURNAL_CONNECTIONS = 4;
const ASIDE_CONNECTIONS = 2;
const hotConnections = (poolSize: number) => Math.max(2, Math.ceil(poolSize / 2));
/** One listens, two are the job queue's (live/jobs.ts). */
const OTHER_CONNECTIONS = 3;

/** Connections that one process takes at most, with a pool of this size. */
export const connectionsOf = (poolSize: number) =>
  poolSize + hotConnections(poolSize) + JOURNAL_CONNECTIONS + ASIDE_CONNECTIONS + OTHER_CONNECTIONS;

/**
 * Transactions that go on at once. A commit waits for as long as no standby confirms it, without a timeout, and keeps its connection: the rest is
 * left for reading.
 */
const transactionsAtOnce = (poolSize: number) => Math.max(1, poolSize - Math.max(1, Math.floor(poolSize / 4)));
/** As many statement timeouts as a transaction waits for its turn. */
const PATIENCE = 3;
/** Where PostgreSQL says that it gave up waiting for a standby. The commit is answered as done all the same. */
const GAVE_UP_WAITING = 'SyncRepWaitForLSN';

/**
 * Opens pools on the application role's URL. Connects at the first query. Of several hosts every pool goes to the one that may be written to,
 * and finds the new one after a failover.
 */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const sockets = openSockets(url);
  let unconfirmed = 0;
  const pool = (max: number, session: Record<string, string | number> = {}) =>
    openPool(sockets ? urlOfHost(url, hostsOf(url)[0]!) : url, {
      ...{ max, session, sockets, statementTimeoutMs: options.statementTimeoutMs },
      applicationName: options.applicationName,
      onNotice({ routine }) {
        if (routine === GAVE_UP_WAITING) unconfirmed += 1;
      },
    });
  const traced = <S extends Sql>(opened: S): S => (options.traced ? tracedSql(opened) : opened);
  const sql = traced(pool(options.poolSize));
  const hot = traced(pool(hotConnections(options.poolSize), { plan_cache_mode: 'force_generic_plan' }));
  const clock = openDatabaseClock(sql);
  const journal = pool(JOURNAL_CONNECTIONS, { enable_seqscan: 'off' });
  const aside = traced(pool(ASIDE_CONNECTIONS));
  const inTurn = takingTurns(transactionsAtOnce(options.poolSize), PATIENCE * options.statementTimeoutMs);

  const transact = async <T>(work: (tx: Sql) => Promise<T>): Promise<T> => {
    let before = unconfirmed;
    const result = await sql.begin(async (tx) => {
      const answer = await work(tx);
      before = unconfirmed;
      return answer;
    });
    // Which commit it was is not told: all that were under way count as not confirmed.
    if (unconfirmed !== before) throw new OutcomeUnknown();
    return result as T;
  };

  return {
    sql,
    hot,
    journal,
    aside,
    sockets,
    enqueue: openQueues(sql),
    committed: new Set(),
    now: () => clock.now(),
    keepTime: () => clock.keep(),
    begin: (work) => inTurn(() => transact(work)),
    async listen(channel, onNotify, onListen) {
      const subscription = await sql.listen(channel, onNotify, onListen);
      return () => subscription.unlisten();
    },
    async close() {
      clock.close();
      await Promise.all([sql, hot, journal, aside].map((each) => each.end({ timeout: 5 })));
    },
  };
}
