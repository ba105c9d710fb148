import { expect, test } from 'vitest';

import { atomically, recordFact } from '../../src/services/events/atomically.ts';
import { isUnavailable } from '../../src/services/is-unavailable.ts';
import type { TransactionScope } from '../../src/services/scope.ts';
import { aScope } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);

const make = (tx: TransactionScope, name: string) =>
  tx.db.sql`
    insert into partners (id, external_id, name, kind, created_at) values (${`ptn_${name}`}, ${name}, ${name}, 'carrier', now())`;
const touch = (tx: TransactionScope, name: string) =>
  tx.db.sql`update partners set name = name || '+' where external_id = ${name}`;
const nameOf = async (name: string) =>
  (await sql<{ name: string }[]>`select name from partners where external_id = ${name}`)[0]?.name;
const facts = async (stream: string) => (await sql`select 1 from event_streams where stream = ${stream}`).length;

test('X11: of two transactions that wait for each other the one that is given up runs again, and each is done once', async () => {
  for (const name of ['a', 'b']) await atomically(scope, (tx) => make(tx, name));
  const both = Promise.withResolvers<void>();
  const runs = { ab: 0, ba: 0 };
  let holding = 0;
  const work = (order: 'ab' | 'ba') =>
    atomically(scope, async (tx) => {
      runs[order] += 1;
      // PostgreSQL looks for a deadlock after a second; on a busy machine a lock may take longer than the two of the pool.
      await tx.db.sql`set local lock_timeout = '30s'`;
      await touch(tx, order[0]!);
      // Only the first runs meet: what is given up comes back when the other one is through.
      if (runs[order] === 1 && (holding += 1) === 2) both.resolve();
      if (runs[order] === 1) await both.promise;
      await touch(tx, order[1]!);
      recordFact(tx, { type: 'customer.updated', streams: [`customer:${order}`] });
    });

  await Promise.all([work('ab'), work('ba')]);

  expect([await nameOf('a'), await nameOf('b')]).toEqual(['a++', 'b++']);
  expect([await facts('customer:ab'), await facts('customer:ba')]).toEqual([1, 1]);
  // One of them twice; on a busy machine what runs again may collide again.
  expect(runs.ab + runs.ba).toBeGreaterThanOrEqual(3);
});

test('X11: what collides every time is tried four times, leaves nothing and ends as UNAVAILABLE', async () => {
  let runs = 0;
  const failing = atomically(scope, async (tx) => {
    runs += 1;
    await make(tx, 'c');
    recordFact(tx, { type: 'customer.updated', streams: ['customer:c'] });
    // What PostgreSQL itself says of a transaction that it could not serialize.
    await tx.db.sql`do $$ begin raise exception 'could not serialize access' using errcode = '40001'; end $$`;
  });

  await expect(failing).rejects.toSatisfy(isUnavailable);
  expect(runs).toBe(4);
  expect([await nameOf('c'), await facts('customer:c')]).toEqual([undefined, 0]);
});
