import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import fc from 'fast-check';
import type postgres from 'postgres';
import { describe, expect, onTestFinished, test } from 'vitest';

import { DeadlineExceeded, withDeadline } from '../../src/database/deadline.ts';
import { openPool } from '../../src/database/pool.ts';
import { withDatabase } from '../support/with-database.ts';

const { applicationUrl } = await withDatabase();

test('a statement that gave up before the database greeted leaves its connection to the next one', async () => {
  const greets = Promise.withResolvers<void>();
  const slow = createServer((near) => {
    near.on('error', () => undefined);
    void greets.promise.then(() => near.pipe(connect(Number(new URL(applicationUrl).port), '127.0.0.1')).pipe(near));
  });
  await once(slow.listen(0, '127.0.0.1'), 'listening');
  const url = new URL(applicationUrl);
  url.port = String((slow.address() as AddressInfo).port);
  const pool = openPool(url.href, { max: 2, statementTimeoutMs: 20_000 });
  onTestFinished(async () => {
    await pool.end({ timeout: 0 });
    slow.close();
  });
  const inVain = await Promise.allSettled([1, 2].map((n) => withDeadline(pool`select ${n}::int as n`, 20)));
  expect(inVain).toEqual([1, 2].map(() => ({ status: 'rejected', reason: expect.any(DeadlineExceeded) })));

  greets.resolve();
  const answered = await Promise.all([3, 4, 5].map((n) => pool<{ n: number }[]>`select ${n}::int as n`));
  expect(answered.map(([row]) => row?.n)).toEqual([3, 4, 5]);
});

test('what was asked and answered goes with the next collection of young objects', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void;
  onTestFinished(() => setFlagsFromString('--no-expose-gc'));
  const pool = openPool(applicationUrl, { max: 1, statementTimeoutMs: 20_000 });
  onTestFinished(() => pool.end({ timeout: 0 }));
  const statements = 1_500;
  const ask = async (many: number) => {
    for (let i = 0; i < many; i += 1) {
      await pool`select length(${'x'.repeat(4_000) + i})`;
      if (i % 300 === 299) collect({ type: 'minor' });
    }
  };
  await ask(300);
  collect();
  const before = process.memoryUsage().heapUsed;
  await ask(statements);
  for (let i = 0; i < 2; i += 1) collect({ type: 'minor' });

  expect((process.memoryUsage().heapUsed - before) / statements).toBeLessThan(1_500);
});

test('a transaction that stands behind a hundred statements has its connection to itself', async () => {
  const pool = openPool(applicationUrl, { max: 2, statementTimeoutMs: 20_000 });
  onTestFinished(() => pool.end({ timeout: 0 }));
  await Promise.all([1, 2].map(() => pool`select pg_sleep(0.05)`));

  const asleep = [1, 2].map(() => pool`select pg_sleep(0.2)`.execute());
  const before = Array.from({ length: 198 }, () => pool<{ one: number }[]>`select 1 as one`.execute());
  const transactions = [1, 2].map(() =>
    pool.begin(async (tx) => {
      const [first] = await tx<{ xid: string }[]>`select pg_current_xact_id()::text as xid`;
      const [second] = await tx<{ xid: string }[]>`select pg_current_xact_id()::text as xid`;
      return first!.xid === second!.xid;
    }),
  );
  const after = Array.from(
    { length: 20 },
    () => pool<{ isIn: boolean }[]>`
    select pg_current_xact_id_if_assigned() is not null as is_in`,
  );

  const [numbers, own, others] = await Promise.all([
    Promise.all(before),
    Promise.all(transactions),
    Promise.all(after),
    ...asleep,
  ]);
  expect(numbers.map(([row]) => row!.one)).toEqual(before.map(() => 1));
  expect(own).toEqual([true, true]);
  expect(others.map(([row]) => row!.isIn)).toEqual(after.map(() => false));
});

describe('statements that stand in line on one connection are each given their own answer', () => {
  type Select = (n: number) => postgres.PendingQuery<{ n: number }[]>;

  /** Behind a statement that waits until one of the others has failed. */
  const inLine = async (turns: (select: Select) => readonly PromiseLike<{ n: number }[]>[]) => {
    const pool = openPool(applicationUrl, { max: 1, statementTimeoutMs: 20_000 });
    const holder = openPool(applicationUrl, { max: 1, statementTimeoutMs: 20_000 });
    onTestFinished(async () => void (await Promise.all([pool.end({ timeout: 0 }), holder.end({ timeout: 0 })])));
    const select: Select = (n) => pool<{ n: number }[]>`select ${n}::int as n`.execute();
    await select(0);
    await holder`select pg_advisory_lock(1)`;

    const first = pool`select pg_advisory_lock(1)`.execute();
    const answers = turns(select).map((answer) => answer.then(([row]) => row?.n));
    await Promise.all(answers).catch(() => undefined);
    await holder`select pg_advisory_unlock(1)`;
    await first;
    return (await Promise.allSettled(answers)).map((one) =>
      one.status === 'fulfilled' ? one.value : (one.reason as unknown),
    );
  };

  test('also when one of them was given up while it stood there', async () => {
    const answers = await inLine((select) => [
      select(1),
      withDeadline(select(2), 20),
      ...[3, 4].map(select),
      withDeadline(select(5), 20),
      ...[6, 7].map(select),
    ]);
    const givenUp = expect.any(DeadlineExceeded);
    expect(answers).toEqual([1, givenUp, 3, 4, givenUp, 6, 7]);
  });

  test('also when the parameters of one of them cannot be written', async () => {
    const answers = await inLine((select) => [1, Object.create(null), 3, 4].map(select));
    expect(answers).toEqual([1, expect.any(TypeError), 3, 4]);
  });
});

test('rows of a statement that failed in the middle of them take no place among those of the next one', async () => {
  const pool = openPool(applicationUrl, { max: 1, statementTimeoutMs: 20_000 });
  onTestFinished(() => pool.end({ timeout: 0 }));
  await expect(pool`select 1 / (4 - n) as n from generate_series(1, 5) as n`).rejects.toMatchObject({ code: '22012' });
  expect([...(await pool`select n from generate_series(6, 7) as n`)]).toEqual([{ n: 6 }, { n: 7 }]);

  const cutOff = pool`select pg_terminate_backend(pg_backend_pid()), n from generate_series(1, 5) as n`;
  await expect(cutOff).rejects.toBeInstanceOf(Error);
  expect([...(await pool`select n from generate_series(8, 9) as n`)]).toEqual([{ n: 8 }, { n: 9 }]);
});

test('whatever happens to the statements around it, a statement is given its own answer or none', async () => {
  const turn = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('one row', 'many rows', 'no rows', 'a new statement') },
    { weight: 4, arbitrary: fc.constantFrom('given up', 'fails halfway', 'cannot be written', 'is refused') },
    { weight: 2, arbitrary: fc.constantFrom('transaction', 'transaction that fails') },
    { weight: 1, arbitrary: fc.constantFrom('cut off', 'pause') },
  );
  const pool = openPool(applicationUrl, { max: 3, statementTimeoutMs: 20_000 });
  onTestFinished(() => pool.end({ timeout: 0 }));
  let newest = 0;

  const play = async (what: string): Promise<{ is: unknown; was: unknown } | null> => {
    newest += 1;
    const n = newest;
    const row = (sql: postgres.Sql | postgres.TransactionSql = pool) => sql<{ n: number }[]>`select ${n}::int as n`;
    const rows = (count: number) => pool<{ n: number }[]>`select ${n}::int as n from generate_series(1, ${count}::int)`;
    const text = 'x'.repeat((n * 397) % 20_000);
    switch (what) {
      case 'one row':
        return { is: [...(await row())], was: [{ n }] };
      case 'many rows':
        return { is: [...(await rows(200))], was: Array.from({ length: 200 }, () => ({ n })) };
      case 'no rows':
        return { is: [...(await rows(0))], was: [] };
      case 'a new statement':
        return {
          is: [...(await pool.unsafe(`select ${n} as a${n}, $1 as b`, [text]))],
          was: [{ [`a${n}`]: n, b: text }],
        };
      case 'given up':
        await withDeadline(pool`select ${n}::int as n, pg_sleep(0.005)`, n % 9);
        return null;
      case 'fails halfway':
        await pool`select ${text}::text, 1 / (${n % 7}::int - i) from generate_series(0, 7) as i`;
        return null;
      case 'cannot be written':
        await pool`select ${Object.create(null) as number}::int`;
        return null;
      case 'is refused':
        await pool`select ${n}::int as n, ${'no number'}::text::int`;
        return null;
      case 'transaction':
      case 'transaction that fails':
        return pool.begin(async (tx) => {
          const [[first], [second]] = await Promise.all([row(tx), tx<{ n: number }[]>`select ${-n}::int as n`]);
          if (what !== 'transaction') await tx`select 1 / 0`;
          return { is: [first?.n, second?.n], was: [n, -n] };
        });
      case 'cut off':
        await pool`select pg_terminate_backend(pg_backend_pid()), i from generate_series(1, 5) as i`;
        return null;
      default:
        await new Promise((resolve) => setTimeout(resolve, 3));
        return null;
    }
  };

  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(turn, { maxLength: 12 }), { minLength: 4, maxLength: 24 }), async (callers) => {
      // Each caller does one thing after the other, all callers at once.
      const heard = await Promise.all(
        callers.map(async (turns) => {
          const answers = [];
          for (const what of turns) answers.push(await play(what).catch(() => null));
          return answers;
        }),
      );
      for (const answer of heard.flat()) if (answer) expect(answer.is).toEqual(answer.was);
    }),
    { numRuns: Number(process.env['PUNOS_POOL_RUNS'] ?? 15) },
  );
}, 300_000);

test('a process that goes on after it stood still reads the answers that came meanwhile before it gives up', async () => {
  // The connection is given up two seconds after the statement's own time.
  const pool = openPool(applicationUrl, { max: 2, statementTimeoutMs: 1_000 });
  onTestFinished(() => pool.end({ timeout: 0 }));
  const answer = () => pool<{ one: number }[]>`select 1 as one, pg_sleep(0.05)`.execute();
  await Promise.all([answer(), answer()]);

  const asked = [answer(), withDeadline(answer(), 2_000)];
  // Both are sent with the next turn of the loop.
  for (const _turn of [1, 2]) await new Promise((resolve) => setImmediate(resolve));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_200);

  expect((await Promise.all(asked)).map(([row]) => row?.one)).toEqual([1, 1]);
});
