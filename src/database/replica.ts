import { setTimeout as pause } from 'node:timers/promises';

import { inTime } from './deadline.ts';
import { hostsOf } from './database-hosts.ts';
import { openPool, type Pool } from './pool.ts';
import type { PrimaryPlaces, Unfit } from './primary-places.ts';
import { singleConnection } from './single-connection.ts';
import type { Sql } from './sql.ts';
import { placeOfReplica, type WalPlace } from './wal-place.ts';

/** Why a replica is not used. */
export type ReplicaTrouble = 'away' | Unfit;

/** What a reader makes of a replica's place: good, not yet, or no hope. */
export type Verdict = 'fresh' | 'soon' | 'never';

/** `behind`: not fresh enough in time. `failed`: it broke on the way. */
export type ReplicaRead<T> = { readonly answer: T } | 'behind' | 'failed';

export interface Replica {
  /** Host and port. */
  readonly name: string;
  /** Null: it is used. */
  readonly trouble: ReplicaTrouble | null;
  /** What was committed before this moment (of `performance.now`) was there when it was looked at last. */
  readonly asOf: number;
  /** Looks how it does. Never throws. */
  look(): Promise<void>;
  /** Work on one connection, on which it was seen that it is fresh. Work that throws has failed. */
  read<T>(judge: (place: WalPlace) => Verdict, work: (sql: Sql) => Promise<T>): Promise<ReplicaRead<T>>;
  close(): Promise<void>;
}

export interface ReplicaOptions {
  readonly places: PrimaryPlaces;
  readonly maxLagMs: number;
  readonly poolSize: number;
  readonly statementTimeoutMs: number;
}

/** A replica that says nothing for so long is away, in milliseconds. */
const ANSWER_WITHIN_MS = 1_000;
/** A reader waits so long for a place that is being replayed, and twice as long for a connection. */
const WAIT_MS = 100;
const LOOK_AGAIN_MS = 5;

/**
 * A standby that is read from. Each piece of work is proved fresh on its own connection, so that it does not matter whether the server was restarted
 * since it was looked at, or whether the address leads to another one by now.
 */
export function openReplica(url: string, { places, maxLagMs, ...options }: ReplicaOptions): Replica {
  const [place] = hostsOf(url);
  let trouble: ReplicaTrouble | null = 'away';
  let asOf = performance.now();
  let watcher: Sql | null = null;
  let forgetWatcher = () => Promise.resolve();
  let pool: Pool | null = null;

  const watching = (): Sql => {
    if (watcher) return watcher;
    const connection = singleConnection(url, 'punos watches a replica');
    forgetWatcher = () => connection.end({ timeout: 0 });
    return (watcher = connection);
  };
  // Connections to a server that is away may hang for minutes: whoever waits on one is sent on.
  const forget = async () => {
    const [ending, forgetting] = [pool, forgetWatcher];
    [pool, watcher, forgetWatcher] = [null, null, () => Promise.resolve()];
    await Promise.all([ending?.end({ timeout: 0 }), forgetting()]).catch(() => undefined);
  };
  const troubleOf = (found: number | Unfit): ReplicaTrouble | null => {
    if (typeof found !== 'number') return found;
    asOf = found;
    return performance.now() - asOf > maxLagMs ? 'behind' : null;
  };

  return {
    name: place ? `${place.host}:${place.port}` : 'local',
    get trouble() {
      return trouble;
    },
    get asOf() {
      return asOf;
    },
    async look() {
      try {
        trouble = troubleOf(places.freshAsOf(await inTime(placeOfReplica(watching()), ANSWER_WITHIN_MS)));
        pool ??= openPool(url, {
          ...{ max: options.poolSize, statementTimeoutMs: options.statementTimeoutMs },
          applicationName: 'punos reads',
        });
      } catch {
        trouble = 'away';
        await forget();
      }
    },
    read<T>(judge: (place: WalPlace) => Verdict, work: (sql: Sql) => Promise<T>) {
      const reading = pool;
      if (!reading) return Promise.resolve('failed' as const);
      const until = performance.now() + WAIT_MS;
      return new Promise<ReplicaRead<T>>((resolve) => {
        let isLate = false;
        const late = setTimeout(() => {
          isLate = true;
          resolve('behind');
        }, 2 * WAIT_MS);
        const prove = async (sql: Sql): Promise<boolean> => {
          for (;;) {
            if (isLate) return false;
            const verdict = judge(await placeOfReplica(sql));
            if (verdict === 'fresh') return true;
            if (verdict === 'never' || performance.now() > until) return false;
            await pause(LOOK_AGAIN_MS);
          }
        };
        // A statement sees what was replayed before it: the proof comes first, and no snapshot is kept over it.
        const working = reading.begin('isolation level read committed read only', async (sql) => {
          const isProved = (await prove(sql)) && !isLate;
          clearTimeout(late);
          resolve(isProved ? { answer: await work(sql) } : 'behind');
        });
        working.catch(() => {
          clearTimeout(late);
          resolve('failed');
        });
      });
    },
    close: forget,
  };
}
