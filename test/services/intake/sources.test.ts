import { expect, test } from 'vitest';

import { atomically } from '../../../src/services/events/atomically.ts';
import { hearSources } from '../../../src/services/events/hear-sources.ts';
import { readStaleSince } from '../../../src/services/events/read-stale-since.ts';
import { expectSource, type SourceExpectation } from '../../../src/services/intake/expect-source.ts';
import { listSources, readSource } from '../../../src/services/intake/read-sources.ts';
import { watchSources } from '../../../src/services/intake/watch-sources.ts';
import { AccessDenied } from '../../../src/values/access-denied.ts';
import type { Refusal } from '../../../src/values/refusal.ts';
import { journalOf } from '../../support/journal.ts';
import { aScope } from '../../support/scopes.ts';
import { withDatabase } from '../../support/with-database.ts';

const { database, sql } = await withDatabase();
// By the clock of the machine, for what is silent is so by the database's.
const scope = aScope(database, 'admin', { now: new Date() });

let count = 0;
const expecting = (but: Partial<SourceExpectation> = {}): SourceExpectation => ({
  ...{ kind: 'tracking', name: `carrier ${(count += 1)}`, expectedEverySeconds: 60 },
  ...{ owner: 'Logistics', serviceLevel: 'Every scan within a minute.', errorProcedure: 'Call the duty desk.' },
  ...but,
});
const hear = (name: string) => atomically(scope, (tx) => hearSources(tx, 'tracking', [name]));
/** As if it had been heard so long ago. */
const silent = (name: string, seconds: number) =>
  sql`update sources set last_heard_at = date_trunc('milliseconds', now() - make_interval(secs => ${seconds})) where name = ${name}`;
const told = async (name: string) => (await journalOf(sql, `source:tracking:${name}`)).map(({ type }) => type);
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error as Refusal).code,
  );

test('who falls silent is stale once, from when it should have been heard, and recovers with the next fact', async () => {
  const { name, ...expected } = expecting();
  await expectSource(scope, { name, ...expected });
  expect(await watchSources(scope)).toBe(0);
  await silent(name, 90);

  const found = await Promise.all([1, 2, 3].map(() => watchSources(scope)));

  expect(found.reduce((sum, one) => sum + one, 0)).toBe(1);
  const stale = (await readSource(scope, 'tracking', name))!;
  expect(stale).toMatchObject({ owner: 'Logistics', errorProcedure: 'Call the duty desk.', expectedEverySeconds: 60 });
  expect(stale.staleSince!.getTime() - stale.lastHeardAt.getTime()).toBe(60_000);
  expect(await listSources(scope, { onlyStale: true })).toMatchObject([{ name }]);
  expect(await readStaleSince(scope, [{ kind: 'orders', name }, stale])).toEqual([null, stale.staleSince]);
  await hear(name);
  expect(await readSource(scope, 'tracking', name)).toMatchObject({ staleSince: null });
  await hear(name);
  expect(await told(name)).toEqual(['source.stale', 'source.recovered']);
});

test('of whom nothing is expected, whoever was heard, is never stale', async () => {
  const name = `carrier ${(count += 1)}`;
  await hear(name);
  await silent(name, 1_000_000);

  expect(await watchSources(scope)).toBe(0);

  expect(await readSource(scope, 'tracking', name)).toMatchObject({ staleSince: null, expectedEverySeconds: null });
});

test('a slower rhythm lets a stale source recover, and no rhythm does', async () => {
  for (const expectedEverySeconds of [3_600, null]) {
    const expected = expecting();
    await expectSource(scope, expected);
    await silent(expected.name, 90);
    await watchSources(scope);

    await expectSource(scope, { ...expected, expectedEverySeconds });

    expect(await readSource(scope, 'tracking', expected.name)).toMatchObject({
      staleSince: null,
      expectedEverySeconds,
    });
    expect(await told(expected.name)).toEqual(['source.stale', 'source.recovered']);
  }
});

test.each<[string, Partial<SourceExpectation>]>([
  ['no name', { name: '' }],
  ['a NUL in the name', { name: 'a\0b' }],
  ['a rhythm of a second', { expectedEverySeconds: 1 }],
  ['a rhythm that is no number', { expectedEverySeconds: NaN }],
  ['a procedure like a book', { errorProcedure: 'x'.repeat(5_001) }],
])('%s is refused and nothing is kept', async (_, but) => {
  const before = await listSources(scope, { onlyStale: false });

  expect(await refusal(expectSource(scope, expecting(but)))).toBe('INVALID_INPUT');

  expect(await listSources(scope, { onlyStale: false })).toEqual(before);
});

test('staff see sources and say nothing of them; a customer does neither', async () => {
  const agent = aScope(database, 'agent');
  const customer = aScope(database, 'customer');

  await expect(expectSource(agent, expecting())).rejects.toThrow(AccessDenied);
  await expect(listSources(agent, { onlyStale: false })).resolves.toBeInstanceOf(Array);
  await expect(listSources(customer, { onlyStale: false })).rejects.toThrow(AccessDenied);
});
