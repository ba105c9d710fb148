import { openDatabase, type Database } from '../../src/database/open-database.ts';
import { exchangeHints } from '../../src/live/hints.ts';
import { FLOOR_CHANNEL } from '../floor-channel.ts';
import { quantile } from '../statistics.ts';

const MOST_AT_ONCE = 16;

export interface SteadyWriting {
  databaseUrl: string;
  perSecond: number;
  seconds: number;
  /** Tell the floor of each commit, after it, instead of our servers. */
  forFloor: boolean;
}

export interface WritingReadings {
  written: number;
  /** From when an act was due to when it was committed, in milliseconds. */
  commitP99Ms: number;
}

/** Does the next thing; answers with what the floor is told of it. */
type Act = (database: Database) => Promise<string>;

const opened = new Map<string, Promise<Database>>();

/** One pool and one way of telling for each database, kept between windows. */
function databaseAt({ databaseUrl, forFloor }: SteadyWriting): Promise<Database> {
  const known = opened.get(databaseUrl);
  if (known) return known;
  const opening = (async () => {
    const database = openDatabase(databaseUrl, { poolSize: MOST_AT_ONCE, statementTimeoutMs: 5_000 });
    if (!forFloor) await exchangeHints(database, () => undefined);
    return database;
  })();
  opened.set(databaseUrl, opening);
  return opening;
}

/** Writes at a steady rate by a few writers, each of which does one thing after the other. */
export async function writeSteadily(writing: SteadyWriting, newWriter: () => Act): Promise<WritingReadings> {
  const { perSecond, seconds, forFloor } = writing;
  const database = await databaseAt(writing);
  const total = Math.round(perSecond * seconds);
  const started = performance.now();
  const dueAt = (nth: number) => started + (nth * 1_000) / perSecond;
  const commitMs: number[] = [];
  let next = 0;
  const write = async () => {
    const act = newWriter();
    for (let nth = next++; nth < total; nth = next++) {
      const early = dueAt(nth) - performance.now();
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
      const about = await act(database);
      commitMs.push(performance.now() - dueAt(nth));
      if (forFloor) void database.sql`select pg_notify(${FLOOR_CHANNEL}, ${about})`.catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: Math.min(MOST_AT_ONCE, total) }, write));
  return { written: total, commitP99Ms: quantile(commitMs, 0.99) };
}
