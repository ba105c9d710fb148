import { randomInt } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { hasNats } from '../support/nats-cluster.ts';
import { withDatabase } from '../support/with-database.ts';
import { breakableCluster } from './crash/breakable-place.ts';
import { figuresOf, runCrashJourney, type Outcome, type Plan } from './crash/run.ts';
import { LAYOUTS, type LayoutName, type Place } from './crash/stage.ts';

/** `npm run crash` is the long form: more faults, more acts. This is the short one. */
const WITHIN = { timeout: 600_000 };
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

async function journey(place: Place, layout: LayoutName, plan: Omit<Plan, 'seed'>): Promise<Outcome> {
  const outcome = await runCrashJourney(place, LAYOUTS[layout], { seed, ...plan });
  console.log(figuresOf({ seed, ...plan }, outcome));
  expect(outcome).toMatchObject(NOTHING_WRONG);
  expect(outcome.delivered).toBeGreaterThan(0);
  return outcome;
}

test('H1, H2: nothing acknowledged is lost when the server is killed again and again', WITHIN, async () => {
  const place = await withDatabase();

  const outcome = await journey(place, 'alone', { faults: ['kill', 'kill', 'kill'], actsBetween: 25 });

  expect(outcome.exits.map(({ signal }) => signal)).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL', null]);
  // Everybody was cut off by each kill.
  expect(outcome.reconnects).toBeGreaterThanOrEqual(3 * 50);
});

test('readers of a killed process go on at another one', WITHIN, async () => {
  const place = await withDatabase();

  await journey(place, 'pair', { faults: ['kill'], actsBetween: 25 });
});

test('H26: a server that is asked to stop fails no request and sends its readers elsewhere', WITHIN, async () => {
  const place = await withDatabase();

  const outcome = await journey(place, 'pair', { faults: ['terminate', 'terminate'], actsBetween: 25 });

  expect(outcome.exits.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(outcome.repeatedTries.filter((reason) => !reason.includes('overloaded'))).toEqual([]);
});

test('1 of 3 processes behind a port is killed: another one takes its place', WITHIN, async () => {
  const place = await withDatabase();

  await journey(place, 'three behind one port', { faults: ['kill a process'], actsBetween: 15 });
});

test.skipIf(!hasNats)(
  'a process that NATS loses messages to, and is cut off from it, misses nothing and goes back to it',
  WITHIN,
  async () => {
    const place = await withDatabase();
    const faults = ['lose messages of NATS', 'cut a process off from NATS'] as const;

    await journey(place, 'three on NATS', { faults, actsBetween: 15 });
  },
);

test('G2: 140 subscribers lose their connections three times, without a gap and without a repeat', WITHIN, async () => {
  const place = await withDatabase();
  const faults = ['drop all readers', 'drop all readers', 'drop all readers'] as const;

  const outcome = await journey(place, 'alone', { faults, actsBetween: 15, subscribers: 140 });

  expect(outcome.subscribers).toBe(140);
  expect(outcome.reconnects).toBeGreaterThanOrEqual(3 * 140);
});

describe('with a database of its own', () => {
  let cluster: Awaited<ReturnType<typeof breakableCluster>>;
  beforeAll(async () => (cluster = await breakableCluster()));
  afterAll(() => cluster.stop());

  test('H6: a crash of the database in the middle loses nothing while the servers stay up', WITHIN, async () => {
    const place = await cluster.aPlace();
    await journey(place, 'alone', { faults: ['database'], actsBetween: 25 });
    await place.close();
  });

  test(
    'H7, H12, H13: neither does a listener that ended, a wire that was cut, nor one that swallowed answers',
    WITHIN,
    async () => {
      const place = await cluster.aPlace();
      const faults = ['end the listener', 'cut the wire', 'lose answers'] as const;
      await journey(place, 'alone', { faults, actsBetween: 100, isCrowd: true });
      await place.close();
    },
  );
});
