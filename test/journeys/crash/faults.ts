import type { Sql } from '../../../src/database/open-database.ts';
import type { Dice } from '../../support/dice.ts';
import type { FaultWire } from '../../support/fault-wire.ts';
import type { Exit, ServerProcess } from '../../support/server-process.ts';
import { until } from '../../support/until.ts';

/** The database as something that can be broken. */
export interface BreakableDatabase {
  /** Every session is cut off as by a crash; recovery, then the same port again. */
  crash(): Promise<void>;
  /** Ends in order and comes back. */
  restart(): Promise<void>;
  /** SIGKILL to the postmaster, and back again. */
  kill(): Promise<void>;
  /** Works with a superuser's connection of its own. */
  asSuperuser<T>(work: (sql: Sql) => PromiseLike<T>): Promise<T>;
  /** Between the servers and the database. */
  readonly wire: FaultWire;
}

/** What a fault can hit. */
export interface Stage {
  readonly servers: readonly ServerProcess[];
  /** Servers that a balancer would give nothing new. */
  readonly leaving: Set<ServerProcess>;
  readonly database: BreakableDatabase | null;
  readonly readers: readonly { drop(): void }[];
  readonly chance: Dice;
  readonly exits: Exit[];
}

/** Breaks something and puts it back, as far as somebody outside would. */
export type Fault = (stage: Stage) => Promise<void>;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const kill: Fault = async ({ servers, chance, exits }) => {
  const server = chance.pick(servers);
  exits.push(await server.end('SIGKILL'));
  await server.start();
};

const terminate: Fault = async ({ servers, leaving, chance, exits }) => {
  const server = chance.pick(servers);
  const ended = server.end('SIGTERM');
  await until(
    () =>
      fetch(`${server.url}/readyz`).then(
        ({ ok }) => !ok,
        () => true,
      ),
    (stops) => stops,
  );
  leaving.add(server);
  exits.push(await ended);
  await server.start();
  leaving.delete(server);
};

const pause: Fault = async ({ servers, chance }) => {
  const { pid } = chance.pick(servers);
  process.kill(pid!, 'SIGSTOP');
  await wait(500 + chance.roll(2_000));
  process.kill(pid!, 'SIGCONT');
};

const ofDatabase =
  (strike: (database: BreakableDatabase, stage: Stage) => Promise<unknown>): Fault =>
  async (stage) => {
    if (!stage.database) throw new Error('This fault needs a database of its own.');
    await strike(stage.database, stage);
  };

const OUR_BACKENDS = "datname <> 'postgres' and usename = 'punos_app' and application_name like 'punos%'";

/**
 * Everything that a run can be struck with, by name. A new part of the system adds its faults here: the long form draws from all
 * of them.
 */
export const FAULTS = {
  kill,
  terminate,
  pause,
  'drop readers': ({ readers, chance }) => {
    for (const reader of readers) if (chance.roll(2) === 0) reader.drop();
    return Promise.resolve();
  },
  database: ofDatabase((database) => database.crash()),
  'restart database': ofDatabase((database) => database.restart()),
  'kill postmaster': ofDatabase((database) => database.kill()),
  // H7: its hints are lost; nothing else tells that it is gone.
  'end the listener': ofDatabase(({ asSuperuser }) =>
    asSuperuser(
      (sql) =>
        sql`select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen %' and backend_type = 'client backend'`,
    ),
  ),
  'end backends': ofDatabase(({ asSuperuser }) =>
    asSuperuser((sql) =>
      sql.unsafe(`select pg_terminate_backend(pid) from pg_stat_activity where ${OUR_BACKENDS} and pid % 2 = 0`),
    ),
  ),
  'pause backends': ofDatabase(async ({ asSuperuser }, { chance }) => {
    const rows = await asSuperuser((sql) =>
      sql.unsafe<{ pid: number }[]>(`select pid from pg_stat_activity where ${OUR_BACKENDS}`),
    );
    const pids = rows.map(({ pid }) => pid).filter(() => chance.roll(3) === 0);
    const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
      for (const pid of pids)
        try {
          process.kill(pid, name);
        } catch {
          // It ended meanwhile, or is not ours to stop.
        }
    };
    signal('SIGSTOP');
    await wait(300 + chance.roll(700));
    signal('SIGCONT');
  }),
  'reset the wire': ofDatabase(({ wire }) => Promise.resolve(wire.reset())),
  // The servers hear nothing and are not heard, and nobody tells them.
  'cut the wire': ofDatabase(async ({ wire }, { chance }) => {
    wire.mode = 'blackhole';
    await wait(500 + chance.roll(2_000));
    wire.reset();
    wire.mode = 'pass';
  }),
  // H13: the database does what it is told; that it did never comes back.
  'lose answers': ofDatabase(async ({ wire }, { chance }) => {
    wire.mode = 'swallow answers';
    await wait(50 + chance.roll(300));
    wire.reset();
    wire.mode = 'pass';
  }),
} satisfies Record<string, Fault>;

export type FaultName = keyof typeof FAULTS;
export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];
