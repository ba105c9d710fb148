import type { Database } from '../../../src/database/open-database.ts';
import { dice, type Dice } from '../../support/dice.ts';
import { PersistentCaller, type Acknowledged } from '../../support/persistent-caller.ts';
import { aServerProcess, type Exit, type ServerProcess } from '../../support/server-process.ts';
import { until } from '../../support/until.ts';
import { FAULTS, type BreakableDatabase, type FaultName } from './faults.ts';
import { openShop } from './shop.ts';
import { openSubscribers } from './subscribers.ts';
import {
  holesIn,
  judge,
  judgePackets,
  matches,
  missingOf,
  newestPosition,
  positionsOf,
  readHappened,
  type Verdict,
} from './verdict.ts';
import { CROWD, setWritersGoing } from './writers.ts';

export interface Plan {
  /** What happens, one after the other. */
  readonly faults: readonly FaultName[];
  readonly seed: number;
  /** Server processes on the one database. */
  readonly processes: number;
  /** Items acknowledged between two faults, at least. */
  readonly actsBetween: number;
  /** Writers who write in bulk are among them. Default: none does. */
  readonly isCrowd?: boolean;
  /** Subscribers, at least. Default: 50. */
  readonly subscribers?: number;
}

export interface Place {
  readonly database: Database;
  readonly applicationUrl: string;
  /** Absent: only servers and readers can be struck. */
  readonly breakable?: BreakableDatabase;
  /** Told of each acknowledged act, to write it down outside of the system. */
  readonly note?: (one: Acknowledged) => void;
}

export interface Outcome extends Verdict {
  readonly faults: readonly FaultName[];
  readonly acknowledged: number;
  /** Tries that got no answer and were repeated. */
  readonly repeatedTries: readonly string[];
  readonly happened: number;
  readonly reconnects: number;
  readonly subscribers: number;
  /** Acknowledged acts that the database does not hold exactly once. */
  readonly missing: string[];
  /** Streams whose versions have holes. */
  readonly holes: string[];
  readonly wrongPackets: string[];
  /** Codes with which subscriptions were refused for good. */
  readonly refusals: string[];
  readonly exits: readonly Exit[];
  /** Close codes of sockets and last words of event streams, counted. */
  readonly endings: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Limits that would get in the way of a load from one machine. */
const SETTINGS = {
  RATE_COST_PER_SECOND: '1000000',
  RATE_COST_BURST: '10000000',
  MAX_SOCKETS_PER_PRINCIPAL: '10000',
  MAX_SOCKETS_PER_BOT: '10000',
  DATABASE_POOL_SIZE: '8',
};

/**
 * Writers write, 50 subscribers listen, and again and again something dies. At the end the journal says what everybody should have
 * heard, and the database says what is there of all that was acknowledged.
 */
export async function runCrashJourney(place: Place, plan: Plan): Promise<Outcome> {
  const began = performance.now();
  const { sql } = place.database;
  const chance = dice(plan.seed);
  const shop = await openShop(place.database);
  const servers = await Promise.all(
    Array.from({ length: plan.processes }, () => aServerProcess(place.applicationUrl, SETTINGS)),
  );
  // As a balancer does it: who says that it stops is given nothing new.
  const leaving = new Set<ServerProcess>();
  const anyUrl = () =>
    chance.pick(servers.length > leaving.size ? servers.filter((one) => !leaving.has(one)) : servers).url;
  const caller = new PersistentCaller(anyUrl, shop.keys.writer, place.note);
  const exits: Exit[] = [];
  let subscribers: Awaited<ReturnType<typeof openSubscribers>> | null = null;
  try {
    await Promise.all(servers.map((server) => server.start()));
    subscribers = await openSubscribers(shop, anyUrl, plan.subscribers);
    const from = await newestPosition(sql);
    const writers = setWritersGoing(shop, caller, plan.seed, plan.isCrowd ? CROWD : undefined);
    const readers = subscribers.all.map(({ reader }) => reader);
    const stage = { servers, leaving, chance, exits, readers, database: place.breakable ?? null };

    for (const fault of plan.faults) {
      await Promise.race([acts(caller, plan.actsBetween), writers.failed]);
      await aMoment(chance);
      await FAULTS[fault](stage);
    }
    await Promise.race([acts(caller, plan.actsBetween), writers.failed]);
    await writers.stop();

    const happened = await readHappened(sql, from);
    const patience = patienceOf(30_000);
    for (const subscriber of subscribers.ofEvents) {
      const expected = happened.filter((event) => matches(subscriber.filter, event)).length;
      await until(
        () => positionsOf(subscriber).length,
        (heard) => heard >= expected,
        patience(),
      ).catch(() => undefined);
    }
    const ask = { url: servers[0]!.url, secret: shop.keys.reader };
    const wrongPackets: string[] = [];
    for (const subscriber of subscribers.ofPackets) {
      const wrong = await until(
        () => judgePackets(subscriber, ask),
        (found) => found === null,
        patience(),
      ).catch(() => 1);
      if (wrong !== null) wrongPackets.push((await judgePackets(subscriber, ask)) ?? `${subscriber.name}: too late`);
    }
    return {
      faults: plan.faults,
      acknowledged: caller.items,
      repeatedTries: caller.failures.map(({ act, reason }) => `${act.mutation}: ${reason}`),
      happened: happened.length,
      subscribers: subscribers.all.length,
      reconnects: subscribers.all.reduce((sum, { reader }) => sum + reader.connections - 1, 0),
      ...judge(subscribers.ofEvents, happened),
      missing: await missingOf(sql, caller.acknowledged),
      holes: await holesIn(sql),
      wrongPackets,
      refusals: subscribers.all.flatMap(({ name, reader }) => reader.refusals.map((code) => `${name}: ${code}`)),
      exits,
      endings: countEndings(subscribers.all.flatMap(({ reader }) => reader.endings)),
      seconds: Math.round((performance.now() - began) / 100) / 10,
    };
  } catch (error) {
    throw new Error(`${String(error)}\nThe servers said:\n${servers.flatMap(({ log }) => log.slice(-20)).join('\n')}`, {
      cause: error,
    });
  } finally {
    await Promise.all(subscribers?.all.map(({ reader }) => reader.close()) ?? []);
    for (const server of servers) if (server.isRunning) exits.push(await server.end('SIGTERM'));
  }
}

/** What is left of a time that everybody shares, in milliseconds. */
function patienceOf(ms: number): () => number {
  const deadline = Date.now() + ms;
  return () => Math.max(0, deadline - Date.now());
}

async function acts(caller: PersistentCaller, count: number): Promise<void> {
  const before = caller.items;
  await until(
    () => caller.items,
    (now) => now >= before + count,
    90_000,
  );
}

/** Faults hit anywhere in a transaction, not always just after an answer. */
const aMoment = (chance: Dice) => new Promise((resolve) => setTimeout(resolve, chance.roll(100)));

function countEndings(endings: readonly { code: number | string; reason: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code, reason } of endings) {
    const key = typeof code === 'number' ? `${code} ${reason}`.trim() : code;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** The outcome in one line, for people. */
export function figuresOf(plan: Plan, outcome: Outcome): string {
  const { lost, repeated, disordered, foreign, missing, wrongPackets } = outcome;
  return [
    `${plan.faults.join(', ')} (seed ${plan.seed}, ${plan.processes} process${plan.processes > 1 ? 'es' : ''}):`,
    `${outcome.acknowledged} acknowledged, ${missing.length} of them missing, ${outcome.repeatedTries.length} tries repeated;`,
    `${outcome.happened} events, ${outcome.delivered} deliveries, ${outcome.reconnects} reconnects,`,
    `${lost.length} lost, ${repeated.length} repeated, ${disordered.length} disordered, ${foreign.length} foreign,`,
    `${wrongPackets.length} wrong packets; ${outcome.seconds} s`,
  ].join(' ');
}
