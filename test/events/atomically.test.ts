import { expect, test } from 'vitest';

import { atomically, recordFact, writeBeside } from '../../src/services/events/atomically.ts';
import type { TransactionScope } from '../../src/services/scope.ts';
import { aScope } from '../support/scopes.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const scope = aScope(database);

const make = (tx: TransactionScope, name: string) =>
  tx.db.sql`
    insert into partners (id, external_id, name, kind, created_at) values (${`ptn_${name}`}, ${name}, ${name}, 'carrier', now())`;
const rename = (tx: TransactionScope, name: string, to: string) =>
  tx.db.sql`update partners set name = ${to} where external_id = ${name}`;
const nameOf = async (name: string) =>
  (await sql<{ name: string }[]>`select name from partners where external_id = ${name}`)[0]?.name;
const factsOf = async (name: string) =>
  (await sql`select 1 from event_streams where stream = ${`customer:${name}`}`).length;
const touched = (tx: TransactionScope, name: string) =>
  recordFact(tx, { type: 'customer.updated', streams: [`customer:${name}`] });

test('what is left under way is done in its order, before what is asked behind it, and committed with the rest', async () => {
  await atomically(scope, async (tx) => {
    writeBeside(tx, make(tx, 'a'));
    writeBeside(tx, rename(tx, 'a', 'second'));
    const [seen] = await tx.db.sql`select name from partners where external_id = 'a'`;
    expect(seen).toEqual({ name: 'second' });
    touched(tx, 'a');
    writeBeside(tx, rename(tx, 'a', 'third'));
  });
  expect([await nameOf('a'), await factsOf('a')]).toEqual(['third', 1]);
});

test('what is left under way and fails takes everything back, and is the reason, whatever was asked behind it', async () => {
  await atomically(scope, (tx) => make(tx, 'taken'));
  const failing = [
    // At the very end, beside the facts and the commit.
    (tx: TransactionScope) => Promise.resolve(writeBeside(tx, make(tx, 'taken'))),
    // With a statement behind it that somebody waits for, and that fails only because of it.
    async (tx: TransactionScope) => {
      writeBeside(tx, make(tx, 'taken'));
      await rename(tx, 'b', 'never');
    },
  ];
  for (const last of failing) {
    const done = atomically(scope, async (tx) => {
      writeBeside(tx, make(tx, 'b'));
      touched(tx, 'b');
      await last(tx);
    });
    await expect(done).rejects.toMatchObject({ code: '23505', table_name: 'partners' });
    expect([await nameOf('b'), await factsOf('b')]).toEqual([undefined, 0]);
  }
});

test('facts that cannot be written take everything back, though the commit was sent with them', async () => {
  let wakes = 0;
  const wake = () => void (wakes += 1);
  database.committed.add(wake);
  const done = atomically(scope, async (tx) => {
    await make(tx, 'c');
    // PostgreSQL knows no such character.
    recordFact(tx, { type: 'customer.updated', streams: ['customer:c\u0000'] });
  });
  await expect(done).rejects.toMatchObject({ code: '22P05' });
  database.committed.delete(wake);
  expect([await nameOf('c'), await factsOf('c'), wakes]).toEqual([undefined, 0, 0]);
  // And the connection is as good as before for the next one.
  await atomically(scope, (tx) => make(tx, 'c'));
  expect(await nameOf('c')).toBe('c');
});
