import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { dice } from '../../support/dice.ts';
import { hasNats, startNatsCluster, type NatsCluster } from '../../support/nats-cluster.ts';
import { PersistentCaller } from '../../support/persistent-caller.ts';
import { until } from '../../support/until.ts';
import { withDatabase } from '../../support/with-database.ts';
import { openShop, type Shop } from '../crash/shop.ts';
import { openSubscribers } from '../crash/subscribers.ts';
import {
  holesIn,
  judge,
  judgePackets,
  matches,
  missingOf,
  newestPosition,
  positionsOf,
  readHappened,
} from '../crash/verdict.ts';
import { setWritersGoing, TALKERS } from '../crash/writers.ts';
import { figuresOf, startProcesses, type Processes } from './processes.ts';

/** The long way: 60 s without NATS, 20 pauses. */
const isLong = process.env['PUNOS_LONG_FAULTS'] === '1';
const LIMIT_MS = isLong ? 1_800_000 : 600_000;
const PAUSE_MS = 8_000;
const seed = Number(process.env['CRASH_SEED'] ?? randomInt(1_000_000));
const chance = dice(seed);

const place = await withDatabase();
let cluster: NatsCluster;
let processes: Processes;
let shop: Shop;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  if (!hasNats) return;
  cluster = await startNatsCluster();
  processes = await startProcesses(3, place.applicationUrl, cluster.url);
  shop = await openShop(place.database);
  await processes.allLive();
});
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await processes?.end();
  await cluster?.stop();
});

/** Writers write and 50 subscribers on all processes listen while it strikes; then everybody has heard all of it, once and in order. */
async function underFire(what: string, strike: () => Promise<void>): Promise<{ failures: string[] }> {
  const { sql } = place.database;
  const anyUrl = () => chance.pick(processes.all.filter((one) => one.isRunning && !processes.away.has(one))).url;
  const caller = new PersistentCaller(anyUrl, shop.keys.writer);
  const subscribers = await openSubscribers(shop, anyUrl);
  closing.push(() => Promise.all(subscribers.all.map(({ reader }) => reader.close())));
  const from = await newestPosition(sql);
  const writers = setWritersGoing(shop, caller, seed + from, TALKERS, `run-${from}-`);
  const acts = (count: number) => {
    const before = caller.acknowledged.length;
    return Promise.race([
      until(
        () => caller.acknowledged.length,
        (now) => now >= before + count,
        120_000,
      ),
      writers.failed,
    ]);
  };

  await acts(15);
  const struckAt = Date.now();
  await strike();
  await acts(15);
  await processes.allLive();
  const liveAt = Date.now();
  await acts(15);
  await writers.stop();

  const happened = await readHappened(sql, from);
  // Those who never hear all of it are told below by what they miss.
  await Promise.all(
    subscribers.ofEvents.map((subscriber) => {
      const due = happened.filter((event) => matches(subscriber.filter, event)).length;
      return until(
        () => positionsOf(subscriber).length,
        (heard) => heard >= due,
      ).catch(() => undefined);
    }),
  );
  const ask = { url: anyUrl(), secret: shop.keys.reader };
  for (const subscriber of subscribers.ofPackets)
    await until(
      () => judgePackets(subscriber, ask),
      (wrong) => wrong === null,
    );
  await Promise.all(subscribers.all.map(({ reader }) => reader.close()));
  const { delivered, ...wrong } = judge(subscribers.ofEvents, happened);

  const latencies = subscribers.ofEvents
    .flatMap(({ reader }) => reader.heard)
    .flatMap(({ at, payload: { event } }) => (event ? [at - Date.parse(event.recordedAt)] : []))
    .sort((a, b) => a - b);
  console.log(
    `${what} (seed ${seed}): ${caller.acknowledged.length} acknowledged, ${caller.failures.length} tries repeated, ${delivered} deliveries, ` +
      `${wrong.lost.length} lost, ${wrong.repeated.length} repeated, ${wrong.disordered.length} disordered; slowest event ${latencies.at(-1)} ms ` +
      `(half within ${latencies[latencies.length >> 1]} ms); all on NATS again ${liveAt - struckAt} ms after the blow`,
  );
  expect(wrong).toEqual({ lost: [], repeated: [], disordered: [], foreign: [] });
  expect(await missingOf(sql, caller.acknowledged)).toEqual([]);
  expect(await holesIn(sql)).toEqual([]);
  expect(delivered).toBeGreaterThan(0);
  // A machine with too much to do says so before it begins anything; that is no doing of NATS.
  const failures = caller.failures.map(({ reason }) => reason).filter((reason) => !reason.includes('overloaded'));
  return { failures };
}

describe.skipIf(!hasNats)('three processes on three NATS servers, under load', () => {
  test('H14: a server of NATS is killed and comes back', { timeout: LIMIT_MS }, async () => {
    for (const node of isLong ? cluster.nodes : [chance.pick(cluster.nodes)]) {
      const { failures } = await underFire('a NATS server killed', async () => {
        await node.kill();
        await pause(1_000);
        await node.start();
      });
      expect(failures).toEqual([]);
    }
  });

  test('H15: a server of NATS stands still for 8 s', { timeout: LIMIT_MS }, async () => {
    for (let round = 0; round < (isLong ? 20 : 1); round += 1) {
      const node = cluster.nodes[round % 3]!;
      const { failures } = await underFire('a NATS server paused 8 s', async () => {
        node.pause();
        await pause(PAUSE_MS);
        node.resume();
      });
      expect(failures).toEqual([]);
    }
  });

  test('H14, H21: all servers of NATS are away', { timeout: LIMIT_MS }, async () => {
    const awayMs = isLong ? 60_000 : 5_000;
    const { failures } = await underFire(`all NATS servers away for ${awayMs / 1000} s`, async () => {
      await Promise.all(cluster.nodes.map((node) => node.kill()));
      await pause(awayMs);
      await Promise.all(cluster.nodes.map((node) => node.start()));
    });
    expect(failures).toEqual([]);
  });

  test('H5: two relays at once, because the lease was lost', { timeout: LIMIT_MS }, async () => {
    const { failures } = await underFire('the relay lost its lease', async () => {
      const { sql } = place.database;
      const sessions = () => sql<{ pid: number }[]>`
        select pid from pg_stat_activity where application_name = 'punos relay' and datname = current_database()`;
      // One that was away a moment ago may still be on its way.
      const all = await until(sessions, ({ length }) => length === 3);
      await sql`select pg_terminate_backend(pid) from unnest(${all.map(({ pid }) => pid)}::int[]) pid`;
    });
    expect(failures).toEqual([]);
  });

  test(
    'H5: the relay stands still for 8 s, another one takes over, and then there are two',
    { timeout: LIMIT_MS },
    async () => {
      const relay = await processes.relay();
      const { failures } = await underFire('the relay paused 8 s', async () => {
        processes.away.add(relay);
        process.kill(relay.pid!, 'SIGSTOP');
        await pause(PAUSE_MS);
        const others = processes.all.filter((one) => one !== relay);
        const leading = await until(
          () => Promise.all(others.map(async (one) => (await figuresOf(one)).get('punos_nats_relay') ?? 0)),
          (states) => states.includes(1),
          60_000,
        );
        process.kill(relay.pid!, 'SIGCONT');
        processes.away.delete(relay);
        expect(leading.sort()).toEqual([0, 1]);
      });
      // Who asked the one that stands still may be told, when it goes on, that it took too long; nothing else.
      expect(failures.filter((reason) => !/^503 .*"UNAVAILABLE"/.test(reason))).toEqual([]);
    },
  );

  test('H2, H3: the relay is killed, and its readers go on at another process', { timeout: LIMIT_MS }, async () => {
    const relay = await processes.relay();
    await underFire('the relay killed', async () => {
      await relay.end('SIGKILL');
      const killedAt = Date.now();
      await processes.relay();
      console.log(`another process was the relay ${Date.now() - killedAt} ms after the end of the last one`);
      await relay.start();
    });
  });

  test(
    'one process and one server of NATS are killed: the others go on as they are',
    { timeout: LIMIT_MS },
    async () => {
      for (let round = 0; round < (isLong ? 3 : 1); round += 1) {
        const victim = isLong ? processes.all[round]! : chance.pick(processes.all);
        const node = isLong ? cluster.nodes[round]! : chance.pick(cluster.nodes);
        const others = () => processes.all.filter((one) => one !== victim).map(({ pid }) => pid);
        const before = others();
        await underFire('one process and one NATS server killed', async () => {
          const healed = async () => {
            const began = performance.now();
            await processes.allLive();
            return Math.round(performance.now() - began);
          };
          await victim.end('SIGKILL');
          await victim.start();
          const processMs = await healed();
          await node.kill();
          const withoutMs = await healed();
          await node.start();
          console.log(
            `the process: whole ${processMs} ms after it was there again; the NATS server: all on the other two ${withoutMs} ms after its end, ` +
              `on three ${await healed()} ms after it was there again`,
          );
        });
        expect(others()).toEqual(before);
      }
    },
  );
});
