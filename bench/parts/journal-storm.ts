// Writers that hold their transactions open and roll some back, the tailer that reads what they commit, and a naive reader beside it.
import { pino } from 'pino';

import { openDatabase, type Database } from '../../src/database/open-database.ts';
import { singleConnection } from '../../src/database/single-connection.ts';
import { startTailer } from '../../src/live/tailer.ts';
import { appendEvents } from '../../src/services/events/append-events.ts';
import { readSnapshot } from '../../src/services/events/read-events.ts';
import { BENCH_VIEWER } from '../bench-key.ts';
import { seededRandom } from '../random.ts';
import { quantile } from '../statistics.ts';
import { answerParent } from './answer-parent.ts';

const WRITERS = 16;
const STREAMS = 400;
const LONGEST_HOLD_MS = 20;
const SHARE_ROLLED_BACK = 0.1;
const NAIVE_POLL_MS = 5;

export interface Storm {
  databaseUrl: string;
  /** Each of the two phases. */
  phaseSeconds: number;
  seed: number;
}

export interface StormReadings {
  committed: number;
  rolledBack: number;
  lost: number;
  repeated: number;
  /** Delivered although rolled back, or with a version that does not follow the one before. */
  disordered: number;
  naiveLost: number;
  before: { events: number; p50Ms: number; p99Ms: number };
  during: { events: number; p50Ms: number; p99Ms: number };
}

class Rollback extends Error {}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function storm({ databaseUrl, phaseSeconds, seed }: Storm): Promise<StormReadings> {
  const database = openDatabase(databaseUrl, { poolSize: WRITERS + 2, statementTimeoutMs: 10_000 });
  const delivered = new Map<string, number[]>();
  const versions = new Map<string, number>();
  let disordered = 0;
  const tailer = await startTailer(database, {
    from: await readSnapshot(database.journal),
    onBatch: ({ events }) => {
      const now = performance.now();
      for (const { details, streams, versions: given } of events) {
        const [stream, version] = [streams[0]!, given[0]!];
        const last = versions.get(stream);
        if (last !== undefined && version !== last + 1) disordered += 1;
        versions.set(stream, version);
        const name = String(details['name']);
        delivered.set(name, [...(delivered.get(name) ?? []), now]);
      }
    },
    log: pino({ level: 'warn' }, pino.destination(2)),
  });
  const naive = readNaively(database);
  const committed = new Map<string, number>();
  const rolledBack = new Set<string>();
  const until = performance.now() + phaseSeconds * 2_000;
  const writers = Array.from({ length: WRITERS }, (_, writer) =>
    write(database, { writer, until, random: seededRandom(seed * 1_000 + writer), committed, rolledBack }),
  );
  await pause(phaseSeconds * 1_000);
  const opened = performance.now();
  await holdForeignTransaction(databaseUrl, phaseSeconds * 1_000);
  await Promise.all(writers);
  await tailer.catchUp();
  const naiveNames = await naive.stop();
  await tailer.close();
  await database.close();

  const latencies = (inPhase: (at: number) => boolean) =>
    [...committed].flatMap(([name, at]) =>
      inPhase(at) ? (delivered.get(name) ?? []).map((got) => Math.max(0, got - at)) : [],
    );
  const spread = (values: number[]) => ({
    events: values.length,
    p50Ms: quantile(values, 0.5),
    p99Ms: quantile(values, 0.99),
  });
  const names = [...committed.keys()];
  return {
    committed: committed.size,
    rolledBack: rolledBack.size,
    lost: names.filter((name) => !delivered.has(name)).length,
    repeated: [...delivered.values()].filter((times) => times.length > 1).length,
    disordered: disordered + [...delivered.keys()].filter((name) => rolledBack.has(name)).length,
    naiveLost: names.filter((name) => !naiveNames.has(name)).length,
    before: spread(latencies((at) => at < opened)),
    during: spread(latencies((at) => at >= opened)),
  };
}

interface Writing {
  writer: number;
  until: number;
  random: () => number;
  /** When a writer knew that its event was committed. */
  committed: Map<string, number>;
  rolledBack: Set<string>;
}

/** Holds after the append, with the event's position and locks taken: the hardest case for a reader. */
async function write(database: Database, { writer, until, random, committed, rolledBack }: Writing): Promise<void> {
  for (let turn = 0; performance.now() < until; turn += 1) {
    const name = `${writer}-${turn}`;
    const scope = { db: database, viewer: BENCH_VIEWER, now: new Date() };
    const streams = [`conversation:storm-${Math.floor(random() * STREAMS)}`];
    try {
      await database.begin(async (sql) => {
        await appendEvents(sql, scope, [{ type: 'message.received', streams, details: { name } }]);
        await pause(random() * LONGEST_HOLD_MS);
        if (random() < SHARE_ROLLED_BACK) throw new Rollback();
      });
      committed.set(name, performance.now());
      for (const wake of database.committed) wake();
    } catch (error) {
      if (!(error instanceof Rollback)) throw error;
      rolledBack.add(name);
    }
  }
}

/** A transaction of somebody else that has written and stays open. */
async function holdForeignTransaction(databaseUrl: string, ms: number): Promise<void> {
  const foreign = singleConnection(databaseUrl, 'punos bench');
  await foreign.begin(async (sql) => {
    await sql`insert into viewer_revocations (principal, revoked_at, revoked_by) values (${`bench-${Date.now()}`}, now(), 'bench')`;
    await pause(ms);
  });
  await foreign.end();
}

/** What most outbox readers do: everything behind the highest position seen. */
function readNaively(database: Database) {
  const names = new Set<string>();
  let last = 0;
  let stopped = false;
  const look = async () => {
    const rows = await database.journal<{ position: number; name: string }[]>`
      select position, details->>'name' as name from events where position > ${last} order by position`;
    for (const { position, name } of rows) {
      names.add(name);
      last = position;
    }
  };
  const reading = (async () => {
    while (!stopped) {
      await look();
      await pause(NAIVE_POLL_MS);
    }
    await look();
  })();
  return {
    async stop() {
      stopped = true;
      await reading;
      return names;
    },
  };
}

answerParent({ storm });
