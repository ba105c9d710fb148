import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { singleConnection } from '../../src/database/single-connection.ts';
import { upsertCustomer } from '../../src/services/customers/upsert-customer.ts';
import { placeLegalHold } from '../../src/services/persons/place-legal-hold.ts';
import { setRetentionRule } from '../../src/services/persons/set-retention-rule.ts';
import { aScope } from '../support/scopes.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

/** The long form: PUNOS_RETENTION_ROWS=1000000. */
const ROWS = Number(process.env['PUNOS_RETENTION_ROWS'] ?? 60_000);
const KILLS = 2;
const MOST_IN_A_STATEMENT = 2_000;
const SWEEP = fileURLToPath(new URL('../support/apply-retention-once.ts', import.meta.url));
const TYPESCRIPT = fileURLToPath(new URL('../../scripts/typescript.mjs', import.meta.url));

const { database, sql, ownerUrl, applicationUrl } = await withDatabase();
const scope = aScope(database, 'admin');
const DAY_MS = 86_400_000;
const OLD = new Date(scope.now.getTime() - 500 * DAY_MS);
const FRESH = new Date(scope.now.getTime() - DAY_MS);

const aPerson = async (market: string) =>
  (
    await upsertCustomer(scope, {
      ...{ source: 'crm', profile: { market }, occurredAt: OLD },
      identities: [{ kind: 'email', value: `${market}@example.com` }],
    })
  ).customerId;

/** Every fourth row is of each: they lie among each other. */
const someActivities = (customerId: string, at: Date, nth: number) =>
  sql`
    insert into activities (id, customer_id, kind, occurred_at, received_at, recorded_at, source, details)
    select 'act_' || lpad((n * 4 + ${nth}::int)::text, 26, '0'), ${customerId}, 'search', ${at}, ${at}, ${at}, 'site', '{}'
    from generate_series(1, ${ROWS / 4}::int) n`;

const left = async () =>
  Object.fromEntries(
    (
      await sql<{ customerId: string; count: number }[]>`
      select customer_id, count(*)::int as count from activities group by customer_id`
    ).map((row) => [row.customerId, row.count]),
  );
const leftOf = async (customerId: string) => (await left())[customerId] ?? 0;

const sweep = () =>
  spawn(process.execPath, ['--import', TYPESCRIPT, SWEEP, applicationUrl], { stdio: ['ignore', 'ignore', 'inherit'] });

test(
  `I8: a sweep over ${ROWS} rows that is killed ${KILLS} times removes what is past and nothing else, few rows a statement`,
  { timeout: 1_200_000 },
  async () => {
    const [gone, kept, held, fresh] = [
      await aPerson('FI'),
      await aPerson('DE'),
      await aPerson('SE'),
      await aPerson('NO'),
    ];
    for (const [nth, [customerId, at]] of (
      [
        [gone, OLD],
        [kept, OLD],
        [held, OLD],
        [fresh, FRESH],
      ] as const
    ).entries())
      await someActivities(customerId, at, nth);
    await placeLegalHold(scope, { customerId: held, reference: 'HO 12/2026' });
    await setRetentionRule(scope, { dataClass: 'activity', keepDays: 90 });
    await setRetentionRule(scope, { dataClass: 'activity', market: 'DE', keepDays: 800 });
    const owner = singleConnection(ownerUrl);
    await owner.unsafe(`
      create table removed_at_once (rows integer);
      grant insert on removed_at_once to public;
      create function note_removed() returns trigger language plpgsql as $$
        begin insert into removed_at_once select count(*) from gone; return null; end $$;
      create trigger noted after delete on activities referencing old table as gone for each statement execute function note_removed()`);

    const all = ROWS / 4;
    let before = all;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = sweep();
      before = await until(
        () => leftOf(gone),
        (rows) => rows < before,
        300_000,
      );
      child.kill('SIGKILL');
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    }
    // It was really killed in the middle of its work.
    expect(await leftOf(gone)).toBeGreaterThan(0);
    expect(await once(sweep(), 'exit')).toEqual([0, null]);

    expect(await left()).toEqual({ [kept]: all, [held]: all, [fresh]: all });
    const [removed] = await owner<{ most: number; all: number }[]>`
      select max(rows)::int as most, sum(rows)::int as all from removed_at_once`;
    expect(removed!.all).toBe(all);
    expect(removed!.most).toBeLessThanOrEqual(MOST_IN_A_STATEMENT);
    await owner.end();
  },
);
