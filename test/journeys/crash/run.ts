import { dice, type Dice } from '../../support/dice.ts';
import { PersistentCaller } from '../../support/persistent-caller.ts';
import type { Exit } from '../../support/server-process.ts';
import { until } from '../../support/until.ts';
import { FAULTS, type FaultName } from './faults.ts';
import { plays, type Scene } from './scene.ts';
import type { Stage } from './stage.ts';
import { openSubscribers } from './subscribers.ts';
import {
  eventsOf,
  heardBy,
  holesIn,
  judge,
  judgePackets,
  matches,
  missingOf,
  newestPosition,
  readHappened,
  unitsOf,
  type Verdict,
} from './verdict.ts';
import { CROWD, setWritersGoing } from './writers.ts';

export interface Plan {
  /** What happens, one after the other. */
  readonly faults: readonly FaultName[];
  readonly seed: number;
  /** Mutations acknowledged between two faults, at least. */
  readonly actsBetween: number;
  /** Writers who write in bulk are among them. Default: none does. */
  readonly isCrowd?: boolean;
  /** Subscribers, at least. Default: 50. */
  readonly subscribers?: number;
}

export interface Outcome extends Verdict {
  readonly faults: readonly FaultName[];
  /** Mutations. */
  readonly acknowledged: number;
  /** What they held, each message, visit or fact of a list for itself. */
  readonly items: number;
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
  /** How long after the last fault was over everything served as before, in milliseconds. */
  readonly healedMs: number;
  readonly seconds: number;
}

/** On a machine with much to do all of this takes long; what does not move for so long never will. */
const STANDS_STILL_MS = 120_000;

/**
 * Writers write, 50 subscribers listen, and again and again something dies. At the end the journal says what everybody should have
 * heard, and the database says what is there of all that was acknowledged.
 */
export async function playOn(stage: Stage, plan: Plan): Promise<Outcome> {
  const began = performance.now();
  const { place, shop, servers } = stage;
  const { sql } = place.database;
  const chance = dice(plan.seed);
  const unfit = plan.faults.find((fault) => !plays(FAULTS[fault], stage));
  if (unfit) throw new Error(`"${unfit}" has nothing to strike here.`);
  const anyUrl = () => stage.anyUrl(chance);
  const caller = new PersistentCaller(anyUrl, shop.keys.writer, place.note);
  const exits: Exit[] = [];
  let subscribers: Awaited<ReturnType<typeof openSubscribers>> | null = null;
  try {
    subscribers = await openSubscribers(shop, anyUrl, plan.subscribers);
    const [from, units] = [await newestPosition(sql), await unitsOf(sql)];
    // Names of their own: others may have played here before.
    const writers = setWritersGoing(shop, caller, plan.seed, plan.isCrowd ? CROWD : undefined, `w${from}-`);
    const readers = subscribers.all.map(({ reader }) => reader);
    const scene: Scene = { stage, chance, exits, readers };

    for (const fault of plan.faults) {
      await Promise.race([acts(caller, plan.actsBetween), writers.failed]);
      await aMoment(chance);
      await FAULTS[fault].strike(scene);
    }
    const healing = stage.healed();
    await Promise.race([acts(caller, plan.actsBetween), writers.failed]);
    const healedMs = await healing;
    await writers.stop();

    const happened = await readHappened(sql, from);
    for (const subscriber of subscribers.ofEvents) {
      const expected = happened.filter((event) => matches(subscriber.filter, event)).length;
      await moving(
        () => eventsOf(subscriber).length,
        (heard) => heard >= expected,
      ).catch(() => undefined);
    }
    const ask = { url: servers[0]!.url, secret: shop.keys.reader };
    const judged = await Promise.all(
      subscribers.ofPackets.map((subscriber) => {
        const look = () => judgePackets(subscriber, ask);
        return until(look, (found) => found === null, STANDS_STILL_MS, 50).catch(look);
      }),
    );
    const wrongPackets = judged.filter((wrong) => wrong !== null);
    const heard = subscribers.ofEvents.map(heardBy);
    const journal = await readHappened(sql, from);
    return {
      faults: plan.faults,
      acknowledged: caller.acknowledged.length,
      items: caller.items,
      repeatedTries: caller.failures.map(({ act, reason }) => `${act.mutation}: ${reason}`),
      happened: happened.length,
      subscribers: subscribers.all.length,
      reconnects: subscribers.all.reduce((sum, { reader }) => sum + reader.connections - 1, 0),
      ...judge(heard, happened, journal),
      missing: await missingOf(sql, caller.acknowledged, units),
      holes: await holesIn(sql),
      wrongPackets,
      refusals: subscribers.all.flatMap(({ name, reader }) => reader.refusals.map((code) => `${name}: ${code}`)),
      exits,
      endings: countEndings(subscribers.all.flatMap(({ reader }) => reader.endings)),
      healedMs,
      seconds: Math.round((performance.now() - began) / 100) / 10,
    };
  } catch (error) {
    throw new Error(`${String(error)}\nThe servers said:\n${servers.flatMap(({ log }) => log.slice(-20)).join('\n')}`, {
      cause: error,
    });
  } finally {
    stage.nats?.loseNothing();
    await Promise.all(subscribers?.all.map(({ reader }) => reader.close()) ?? []);
  }
}

const acts = (caller: PersistentCaller, count: number): Promise<unknown> => {
  const wanted = caller.acknowledged.length + count;
  return moving(
    () => caller.acknowledged.length,
    (now) => now >= wanted,
  );
};

/** Waits for a count that grows; fails when it stands still. */
async function moving(look: () => number, holds: (seen: number) => boolean): Promise<void> {
  for (let last = look(); !holds(last);)
    last = await until(
      look,
      // Bound to what was seen before, so that each step has all the time.
      (seen) => holds(seen) || seen > last,
      STANDS_STILL_MS,
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
    `${plan.faults.join(', ')} (seed ${plan.seed}):`,
    `${outcome.acknowledged} mutations acknowledged with ${outcome.items} items, ${missing.length} of them missing or doubled, ${outcome.repeatedTries.length} tries repeated;`,
    `${outcome.happened} events, ${outcome.delivered} deliveries, ${outcome.reconnects} reconnects,`,
    `${lost.length} lost, ${repeated.length} repeated, ${disordered.length} disordered, ${foreign.length} foreign,`,
    `${wrongPackets.length} wrong packets; whole again ${outcome.healedMs} ms after the last fault; ${outcome.seconds} s`,
  ].join(' ');
}
