import { randomInt } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { hasNats } from '../support/nats-cluster.ts';
import { withDatabase } from '../support/with-database.ts';
import { breakableCluster } from './crash/breakable-place.ts';
import { figuresOf, playOn, type Outcome, type Plan } from './crash/run.ts';
import { LAYOUTS, openStage, type LayoutName, type Place, type Stage } from './crash/stage.ts';

/** `npm run crash` is the long form: more faults, more acts, more stages. This is the short one; what plays on one stage shares it. */
const WITHIN = { timeout: 600_000 };
const [ofTwo, ofProcesses, onNats] = [await withDatabase(), await withDatabase(), await withDatabase()];
const seed = Number(process.env['CRASH_SEED'] ?? randomInt(1_000_000));

const NOTHING_WRONG = {
  missing: [],
  lost: [],
  repeated: [],
  disordered: [],
  foreign: [],
  holes: [],
  wrongPackets: [],
  refusals: [],
};

/** Servers for the tests of a describe. When they are closed they end in order. */
function onStage(
  layout: LayoutName,
  aPlace: () => Promise<Place>,
): { play(plan: Omit<Plan, 'seed'>): Promise<Outcome> } {
  let stage: Stage;
  beforeAll(async () => (stage = await openStage(await aPlace(), LAYOUTS[layout])), WITHIN.timeout);
  afterAll(async () => {
    const exits = await stage?.close();
    expect(exits?.map(({ code }) => code)).toEqual(Array(LAYOUTS[layout].servers).fill(0));
  });
  return {
    async play(plan) {
      const outcome = await playOn(stage, { seed, ...plan });
      console.log(figuresOf({ seed, ...plan }, outcome));
      expect(outcome).toMatchObject(NOTHING_WRONG);
      expect(outcome.delivered).toBeGreaterThan(0);
      return outcome;
    },
  };
}

describe('one server, on a database that can be broken', WITHIN, () => {
  let cluster: Awaited<ReturnType<typeof breakableCluster>>;
  let place: Awaited<ReturnType<typeof cluster.aPlace>>;
  beforeAll(async () => (cluster = await breakableCluster()));
  // Of hooks after all, the last one is the first.
  afterAll(async () => {
    await place?.close();
    await cluster?.stop();
  });
  const { play } = onStage('alone', async () => (place = await cluster.aPlace()));

  test('G2: 140 subscribers lose their connections twice, without a gap and without a repeat', async () => {
    const faults = ['drop all readers', 'drop all readers'] as const;

    const outcome = await play({ faults, actsBetween: 15, subscribers: 140 });

    expect(outcome.subscribers).toBe(140);
    expect(outcome.reconnects).toBeGreaterThanOrEqual(2 * 140);
  });

  test('H1, H2: nothing acknowledged is lost when the server is killed again and again', async () => {
    const outcome = await play({ faults: ['kill', 'kill'], actsBetween: 20 });

    expect(outcome.exits.map(({ signal }) => signal)).toEqual(['SIGKILL', 'SIGKILL']);
    // Everybody was cut off by each kill.
    expect(outcome.reconnects).toBeGreaterThanOrEqual(2 * 50);
  });

  test('H6: a crash of the database in the middle loses nothing while the server stays up', async () => {
    await play({ faults: ['database'], actsBetween: 20 });
  });

  test('H7, H12, H13: neither does a listener that ended, a wire that was cut, nor one that swallowed answers', async () => {
    const faults = ['end the listener', 'cut the wire', 'lose answers'] as const;

    await play({ faults, actsBetween: 60, isCrowd: true });
  });
});

describe('two servers', WITHIN, () => {
  const { play } = onStage('pair', () => Promise.resolve(ofTwo));

  test('H26: one that is asked to stop fails no request and sends its readers elsewhere', async () => {
    const outcome = await play({ faults: ['terminate'], actsBetween: 20 });

    expect(outcome.exits.map(({ code }) => code)).toEqual([0]);
    expect(outcome.repeatedTries.filter((reason) => !reason.includes('overloaded'))).toEqual([]);
  });

  test('readers of a killed one go on at the other', async () => {
    await play({ faults: ['kill'], actsBetween: 20 });
  });
});

describe('three processes behind a port', WITHIN, () => {
  const { play } = onStage('three behind one port', () => Promise.resolve(ofProcesses));

  test('one of them is killed: another one takes its place', async () => {
    await play({ faults: ['kill a process'], actsBetween: 15 });
  });
});

describe.skipIf(!hasNats)('three servers on NATS', WITHIN, () => {
  const { play } = onStage('three on NATS', () => Promise.resolve(onNats));

  test('one that NATS loses messages to, and is cut off from it, misses nothing and goes back to it', async () => {
    await play({ faults: ['lose messages of NATS', 'cut a process off from NATS'], actsBetween: 15 });
  });
});
