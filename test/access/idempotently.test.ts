import { describe, expect, test } from 'vitest';

import { idempotently, nameOfKey } from '../../src/services/access/idempotently.ts';
import { recordFact } from '../../src/services/events/atomically.ts';
import { readInstallation } from '../../src/services/events/installation.ts';
import type { TransactionScope } from '../../src/services/scope.ts';
import { isUnavailable } from '../../src/services/is-unavailable.ts';
import { Refusal } from '../../src/values/refusal.ts';
import { aScope, aViewer } from '../support/scopes.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const { database, sql } = await withDatabase();
const installation = await readInstallation(sql);
const scope = aScope(database);

let made = 0;
const make = (name: string) => async (tx: TransactionScope) => {
  const id = `ptn_${name}_${(made += 1)}`;
  await tx.db
    .sql`insert into partners (id, external_id, name, kind, created_at) values (${id}, ${id}, ${name}, 'carrier', now())`;
  recordFact(tx, { type: 'customer.updated', streams: [`customer:${name}`] });
  return { partnerId: id };
};
const act = (key: string, input: unknown = { a: 1 }) => ({ mutation: 'partnerCreate', key, input });
const partners = async (name: string) => (await sql`select id from partners where name = ${name}`).length;
const nameOf = (key: string) => nameOfKey(installation, 'partnerCreate', key);
const keysNamed = async (key: string) => (await sql`select 1 from idempotency_keys where key = ${nameOf(key)}`).length;
const facts = async (name: string) =>
  (await sql`select 1 from event_streams where stream = ${`customer:${name}`}`).length;

describe('a mutation with a key', () => {
  test('X1: sent fifty times at once has one effect and answers all alike', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => idempotently(scope, installation, act('once'), make('once'))),
    );

    expect(new Set(answers.map(({ ids }) => ids.partnerId)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect([await partners('once'), await facts('once')]).toEqual([1, 1]);
  });

  test('X2: is the same act whatever the order of its input’s fields, and another act with another input', async () => {
    await idempotently(scope, installation, act('order', { a: 1, b: { c: 2, d: 3 } }), make('order'));

    const again = await idempotently(scope, installation, act('order', { b: { d: 3, c: 2 }, a: 1 }), make('order'));
    const other = idempotently(scope, installation, act('order', { a: 2 }), make('order'));

    expect(again.replayed).toBe(true);
    await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] });
    expect(await partners('order')).toBe(1);
  });

  test('X2: is remembered for its principal and its mutation only', async () => {
    const other = { ...scope, viewer: aViewer('admin', { principal: 'key_other' }) };
    await idempotently(scope, installation, act('space'), make('space'));

    await idempotently(other, installation, act('space'), make('space'));
    await idempotently(scope, installation, { ...act('space'), mutation: 'anotherMutation' }, make('space'));

    expect(await partners('space')).toBe(3);
  });

  test('X4: that was refused is refused again the same way, except for input that the caller may correct', async () => {
    let refusals = 0;
    const refuse = (code: 'NOT_ALLOWED' | 'INVALID_INPUT') => () => {
      refusals += 1;
      return Promise.reject(new Refusal(code, 'No.', ['x']));
    };
    const refused = (key: string, code: 'NOT_ALLOWED' | 'INVALID_INPUT') =>
      idempotently(scope, installation, act(key), refuse(code)).catch((error: unknown) => error);
    await refused('business', 'NOT_ALLOWED');
    await refused('input', 'INVALID_INPUT');

    const business = await refused('business', 'NOT_ALLOWED');
    const input = await idempotently(scope, installation, act('input'), make('corrected'));

    expect(business).toMatchObject({ code: 'NOT_ALLOWED', message: 'No.', field: ['x'] });
    expect(input.replayed).toBe(false);
    expect(refusals, 'the kept refusal was answered without doing the work again').toBe(2);
    expect(await partners('corrected')).toBe(1);
  });

  test('whose work failed for another reason left nothing and runs anew', async () => {
    const broken = idempotently(scope, installation, act('broken'), async (tx) => {
      await make('broken')(tx);
      throw new Error('the cable');
    });
    await expect(broken).rejects.toThrow('the cable');
    expect(await partners('broken')).toBe(0);

    expect((await idempotently(scope, installation, act('broken'), make('broken'))).replayed).toBe(false);
  });

  test('X3: whose connection ended in the middle left nothing half, and a retry completes it', async () => {
    const killed = idempotently(scope, installation, act('killed'), async (tx) => {
      const ids = await make('killed')(tx);
      const [{ pid }] = await tx.db.sql<[{ pid: number }]>`select pg_backend_pid() as pid`;
      await sql`select pg_terminate_backend(${pid})`;
      return ids;
    });
    await expect(killed).rejects.toSatisfy(isUnavailable);
    expect([await partners('killed'), await facts('killed'), await keysNamed('killed')]).toEqual([0, 0, 0]);

    const retry = await idempotently(scope, installation, act('killed'), make('killed'));
    const again = await idempotently(scope, installation, act('killed'), make('killed'));

    expect([retry.replayed, again.replayed]).toEqual([false, true]);
    expect(again.ids).toEqual(retry.ids);
    expect([await partners('killed'), await facts('killed'), await keysNamed('killed')]).toEqual([1, 1, 1]);
  });

  test('X3: that another process still works on is waited for; when that one dies the second does it', async () => {
    const [first, second] = [Promise.withResolvers<number>(), Promise.withResolvers<void>()];
    const dying = idempotently(scope, installation, act('dying'), async (tx) => {
      const ids = await make('dying')(tx);
      const [{ pid }] = await tx.db.sql<[{ pid: number }]>`select pg_backend_pid() as pid`;
      await tx.db.sql`insert into idempotency_keys (principal, mutation, key, input_digest, result, created_at)
        values (${scope.viewer.principal}, 'partnerCreate', ${nameOf('dying')}, '', '{}', now())`;
      first.resolve(pid);
      await second.promise;
      return ids;
    }).catch((error: unknown) => error);
    const pid = await first.promise;
    const waiting = idempotently(scope, installation, act('dying'), make('dying'));
    await until(
      () => sql`select 1 from pg_stat_activity where ${pid} = any (pg_blocking_pids(pid))`,
      (rows) => rows.length === 1,
    );

    await sql`select pg_terminate_backend(${pid})`;
    second.resolve();

    expect(await dying).toSatisfy(isUnavailable);
    expect((await waiting).replayed).toBe(false);
    expect([await partners('dying'), await facts('dying'), await keysNamed('dying')]).toEqual([1, 1, 1]);
  });

  test('X1: whose copy comes upon the effect of the first is answered like the first, not refused for it', async () => {
    const [entered, finished] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const late = idempotently(scope, installation, act('late'), async () => {
      entered.resolve();
      await finished.promise;
      throw new Refusal('CONFLICT', 'It is so already.');
    });
    await entered.promise;
    const first = await idempotently(scope, installation, act('late'), make('late'));
    finished.resolve();

    expect(await late).toEqual({ ids: first.ids, replayed: true });
  });

  test.each(['', 'x'.repeat(201), 'a\0b'])('that is no key is refused', async (key) => {
    await expect(idempotently(scope, installation, act(key), make('bad'))).rejects.toMatchObject({
      code: 'INVALID_INPUT',
    });
    expect(await partners('bad')).toBe(0);
  });
});
