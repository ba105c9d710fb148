import { randomInt } from 'node:crypto';

import { afterAll, expect, test } from 'vitest';

import { openDatabase } from '../../src/database/open-database.ts';
import { applicationUrl, startTestCluster } from '../support/test-cluster.ts';
import { withDatabase } from '../support/with-database.ts';
import { figuresOf, runCrashJourney, type Outcome, type Place, type Plan } from './crash/run.ts';

/** `npm run crash` is the long form: more faults, more acts. This is the short one. */
const LIMIT_MS = 180_000;
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

async function journey(place: Place, plan: Omit<Plan, 'seed'>): Promise<Outcome> {
  const outcome = await runCrashJourney(place, { seed, ...plan });
  console.log(figuresOf({ seed, ...plan }, outcome));
  expect(outcome).toMatchObject(NOTHING_WRONG);
  expect(outcome.delivered).toBeGreaterThan(0);
  return outcome;
}

test('nothing acknowledged is lost when the server is killed again and again', { timeout: LIMIT_MS }, async () => {
  const place = await withDatabase();

  const outcome = await journey(place, { fault: 'kill', times: 3, processes: 1, actsBetween: 25 });

  expect(outcome.exits.map(({ signal }) => signal)).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL', null]);
  // Everybody was cut off by each kill.
  expect(outcome.reconnects).toBeGreaterThanOrEqual(3 * 50);
});

test('readers of a killed process go on at another one', { timeout: LIMIT_MS }, async () => {
  const place = await withDatabase();

  await journey(place, { fault: 'kill', times: 1, processes: 2, actsBetween: 25 });
});

test(
  'a server that is asked to stop fails no request and sends its readers elsewhere',
  { timeout: LIMIT_MS },
  async () => {
    const place = await withDatabase();

    const outcome = await journey(place, { fault: 'terminate', times: 2, processes: 2, actsBetween: 25 });

    expect(outcome.exits.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(outcome.repeatedTries.filter((reason) => !reason.includes('overloaded'))).toEqual([]);
  },
);

test(
  'a crash of the database in the middle loses nothing while the servers stay up',
  { timeout: LIMIT_MS },
  async () => {
    const cluster = await startTestCluster('18');
    const url = applicationUrl(cluster, cluster.template);
    const database = openDatabase(url, { poolSize: 4, statementTimeoutMs: 20_000 });
    afterAll(async () => {
      await database.close();
      await cluster.stop();
    });

    await journey(
      { database, applicationUrl: url, restartDatabase: () => cluster.crash() },
      { fault: 'database', times: 1, processes: 1, actsBetween: 25 },
    );
  },
);
