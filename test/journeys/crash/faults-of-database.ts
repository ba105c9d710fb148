import type { Sql } from '../../../src/database/open-database.ts';
import type { FaultWire } from '../../support/fault-wire.ts';
import { aWhile, type Fault, type Scene } from './scene.ts';

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

const ofDatabase = (strike: (database: BreakableDatabase, scene: Scene) => Promise<unknown>): Fault => ({
  asks: 'database',
  async strike(scene) {
    await strike(scene.stage.place.breakable!, scene);
  },
});

const OUR_BACKENDS = "datname <> 'postgres' and usename = 'punos_app' and application_name like 'punos%'";

export const FAULTS_OF_DATABASE = {
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
    await aWhile(300 + chance.roll(700));
    signal('SIGCONT');
  }),
  'reset the wire': ofDatabase(({ wire }) => Promise.resolve(wire.reset())),
  // The servers hear nothing and are not heard, and nobody tells them.
  'cut the wire': ofDatabase(async ({ wire }, { chance }) => {
    wire.mode = 'blackhole';
    await aWhile(500 + chance.roll(2_000));
    wire.reset();
    wire.mode = 'pass';
  }),
  // H13: the database does what it is told; that it did never comes back.
  'lose answers': ofDatabase(async ({ wire }, { chance }) => {
    wire.mode = 'swallow answers';
    await aWhile(50 + chance.roll(300));
    wire.reset();
    wire.mode = 'pass';
  }),
} satisfies Record<string, Fault>;
