import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

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
