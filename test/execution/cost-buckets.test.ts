import { afterAll, expect, test } from 'vitest';

import { CostBuckets } from '../../src/execution/cost-buckets.ts';
import { forgetFullBudgets, settleCosts, type Spent } from '../../src/services/access/settle-costs.ts';
import { aViewer } from '../support/scopes.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const partner = (principal: string) => aViewer('partner', { principal });

test('a partner’s key has points of its own: what one asks too much is no other’s, also of the same partner', () => {
  const buckets = new CostBuckets({ costPerSecond: 200, costBurst: 2_000 });
  const [greedy, sibling] = [partner('key_a'), partner('key_b')];

  expect(buckets.charge(greedy, 1_000, 0)).toMatchObject({
    ok: true,
    throttle: { maximum: 1_000, restorePerSecond: 100 },
  });
  expect(buckets.charge(greedy, 1, 0)).toEqual({ ok: false, retryAfterSeconds: 1 });
  expect(buckets.charge(sibling, 1_000, 0)).toMatchObject({ ok: true });
  expect(buckets.charge(aViewer('agent', { principal: 'key_c' }), 2_000, 0)).toMatchObject({ ok: true });

  expect(buckets.charge(greedy, 100, 1_000)).toMatchObject({ ok: true, throttle: { available: 0 } });
  expect(buckets.charge(greedy, 1_000, 1_000)).toEqual({ ok: false, retryAfterSeconds: 10 });
});

const { sql } = await withDatabase();
const open: CostBuckets[] = [];
afterAll(() => open.forEach((buckets) => buckets.close()));

/** What one of several processes gives from. Slow to regain, so that a test spends what there is. */
function aProcess(settle = (spent: readonly Spent[]) => settleCosts(sql, spent)) {
  const counted = { statements: 0 };
  const buckets = new CostBuckets({ costPerSecond: 1, costBurst: 1_000 }, (spent) => {
    counted.statements += 1;
    return settle(spent);
  });
  open.push(buckets);
  return { buckets, counted };
}
const left = async (principal: string) =>
  (await sql<{ points: number }[]>`select points from cost_budgets where principal = ${principal}`)[0]?.points;

test('what a caller spends at one process it lacks at the others', async () => {
  const [one, other] = [aProcess(), aProcess()];
  const viewer = aViewer('agent', { principal: 'key_two_processes' });
  one.buckets.charge(viewer, 600);
  await until(
    () => left(viewer.principal),
    (points) => points !== undefined && points < 500,
  );

  // The other one has not heard of it yet: what it gives now is a debt.
  expect(other.buckets.charge(viewer, 600)).toMatchObject({ ok: true });
  await until(
    () => other.buckets.charge(viewer, 1),
    ({ ok }) => !ok,
  );
  const refused = other.buckets.charge(viewer, 1);
  expect(refused).toMatchObject({ ok: false });
  // Paid back at the rate of one bucket, wherever it is asked for.
  expect((refused as { retryAfterSeconds: number }).retryAfterSeconds).toBeGreaterThan(100);
  await until(
    () => {
      one.buckets.charge(viewer, 100);
      return one.buckets.charge(viewer, 1);
    },
    ({ ok }) => !ok,
  );
});

test('a thousand operations of fifty callers at three processes take a few statements, and give one bucket each', async () => {
  const processes = [aProcess(), aProcess(), aProcess()];
  const viewers = Array.from({ length: 50 }, (_, i) => aViewer('agent', { principal: `key_crowd_${i}` }));
  const given = new Map<string, number>();
  for (let round = 0; round < 80; round += 1) {
    for (const { buckets } of processes)
      for (const viewer of viewers)
        if (buckets.charge(viewer, 10).ok) given.set(viewer.principal, (given.get(viewer.principal) ?? 0) + 10);
    await new Promise((resolve) => setImmediate(resolve));
    if (round % 4 === 0) await left('key_crowd_0');
  }

  const statements = processes.reduce((sum, { counted }) => sum + counted.statements, 0);
  const tries = 80 * 3 * 50;
  console.log(
    `${statements} statements for ${tries} operations; given ${Math.min(...given.values())} to ${Math.max(...given.values())} points`,
  );
  expect(statements).toBeLessThan(tries / 20);
  // Each has what one bucket holds, and what three processes gave at the same moment, which they get back.
  for (const points of given.values()) expect(points).toBeGreaterThanOrEqual(990);
  for (const viewer of viewers)
    for (const { buckets } of processes)
      await until(
        () => buckets.charge(viewer, 10),
        ({ ok }) => !ok,
      );
});

test('without the database each process goes on by itself, and settles when it is back', async () => {
  let isDown = true;
  const { buckets } = aProcess((spent) => (isDown ? Promise.reject(new Error('down')) : settleCosts(sql, spent)));
  const viewer = aViewer('agent', { principal: 'key_outage' });

  expect(buckets.charge(viewer, 400)).toMatchObject({ ok: true });
  expect(buckets.charge(viewer, 400)).toMatchObject({ ok: true });
  expect(buckets.charge(viewer, 400)).toMatchObject({ ok: false });
  expect(await left(viewer.principal)).toBeUndefined();
  isDown = false;
  expect(
    await until(
      () => left(viewer.principal),
      (points) => points !== undefined,
    ),
  ).toBe(200);
});

test('a bucket that is full again is forgotten, one that is not stays', async () => {
  await sql`
    insert into cost_budgets (principal, points, maximum, per_second, at) values
      ('key_full', 10, 1000, 1, now() - interval '1 hour'), ('key_young', 1000, 1000, 1, now()),
      ('key_indebted', -9000, 1000, 1, now() - interval '1 hour')`;
  await forgetFullBudgets(sql);

  expect(await left('key_full')).toBeUndefined();
  expect(await left('key_young')).toBe(1000);
  expect(await left('key_indebted')).toBe(-9000);
});
