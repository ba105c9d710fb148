import type { Freshness } from '../values/freshness.ts';
import { inTime } from './deadline.ts';
import type { Db } from './open-database.ts';
import { PrimaryPlaces } from './primary-places.ts';
import { openReplica, type ReplicaTrouble, type Verdict } from './replica.ts';
import { tracedSql } from './traced-sql.ts';
import { placeOfPrimary, type WalPlace } from './wal-place.ts';

export interface ReplicaState {
  /** Host and port. */
  readonly name: string;
  /** How old what it holds may be, as of now. */
  readonly lagSeconds: number;
  /** Why it is not used. Null: it is. */
  readonly trouble: ReplicaTrouble | null;
}

/** What became of reads that a replica might have answered: it did, none was fresh enough, none was there, one broke on the way. */
export type ReplicaOutcome = 'replica' | 'behind' | 'away' | 'failed';

export interface Replicas {
  /** Runs reads on a replica that is fresh enough. Null: there is none now, or it broke on the way; the primary is to be asked. */
  read<T>(demand: Freshness, work: (db: Db) => Promise<T>): Promise<{ readonly answer: T } | null>;
  /** A place in the log of the primary before which everything lies that was committed before the call. */
  position(): Promise<number>;
  states(): readonly ReplicaState[];
  readonly counts: Readonly<Record<ReplicaOutcome, number>>;
  close(): Promise<void>;
}

export interface ReplicasOptions {
  /** Addresses, each of one standby. */
  readonly urls: readonly string[];
  /** A replica that is farther behind is not used, whatever a reader allows. */
  readonly maxLagMs: number;
  /** Connections to each. */
  readonly poolSize: number;
  readonly statementTimeoutMs: number;
  readonly traced?: boolean;
  /** Told when a replica is not used any more, or again. */
  readonly onChange?: (state: ReplicaState) => void;
}

const LOOK_EVERY_MS = 250;
const ANSWER_WITHIN_MS = 1_000;

/** Standbys beside a primary, for reads that need not be of this moment. */
export function openReplicas(primary: Db, { urls, maxLagMs, traced, onChange, ...options }: ReplicasOptions): Replicas {
  const places = new PrimaryPlaces(maxLagMs + ANSWER_WITHIN_MS);
  const replicas = urls.map((url) => openReplica(url, { places, maxLagMs, ...options }));
  const counts = { replica: 0, behind: 0, away: 0, failed: 0 };
  const told = new Map<string, ReplicaTrouble | null>();
  let turn = 0;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  const stateOf = ({ name, asOf, trouble }: (typeof replicas)[number]): ReplicaState => ({
    name,
    lagSeconds: (performance.now() - asOf) / 1_000,
    trouble,
  });
  const look = async () => {
    const at = performance.now();
    // While the primary is away nothing is proved, and what was proved grows old.
    await inTime(placeOfPrimary(primary.sql), ANSWER_WITHIN_MS).then(
      (place) => places.add(place, at),
      () => undefined,
    );
    await Promise.all(replicas.map((replica) => replica.look()));
    for (const state of replicas.map(stateOf)) {
      if (told.get(state.name) !== state.trouble && !isClosed) onChange?.(state);
      told.set(state.name, state.trouble);
    }
  };
  let looking = Promise.resolve();
  const watch = () => {
    looking = look().then(() => {
      if (!isClosed) timer = setTimeout(watch, LOOK_EVERY_MS).unref();
    });
  };
  watch();

  const judging =
    ({ position }: Freshness, allowedMs: number) =>
    (place: WalPlace): Verdict => {
      const asOf = places.freshAsOf(place);
      if (typeof asOf !== 'number' || performance.now() - asOf > allowedMs) return 'never';
      return position === null || position <= place.position ? 'fresh' : 'soon';
    };
  const choose = (allowedMs: number) => {
    const used = replicas.filter(({ trouble }) => trouble === null);
    if (used.length === 0) return 'away';
    // It has gone on since it was looked at.
    const oldest = performance.now() - allowedMs - 2 * LOOK_EVERY_MS;
    const fresh = used.filter(({ asOf }) => asOf >= oldest);
    return fresh[(turn += 1) % fresh.length] ?? 'behind';
  };

  return {
    async read(demand, work) {
      const allowedMs = Math.min(demand.maxStalenessMs ?? maxLagMs, maxLagMs);
      const chosen = choose(allowedMs);
      const outcome =
        typeof chosen === 'string'
          ? chosen
          : await chosen.read(judging(demand, allowedMs), (tx) => {
              const sql = traced ? tracedSql(tx) : tx;
              return work({ ...primary, sql, hot: sql });
            });
      counts[typeof outcome === 'string' ? outcome : 'replica'] += 1;
      return typeof outcome === 'string' ? null : outcome;
    },
    position: async () => (await inTime(placeOfPrimary(primary.sql), ANSWER_WITHIN_MS)).position,
    states: () => replicas.map(stateOf),
    counts,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await looking;
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  };
}
