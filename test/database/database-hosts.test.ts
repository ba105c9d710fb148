import { afterAll, expect, test } from 'vitest';

import { hostsOf, urlOfHost } from '../../src/database/database-hosts.ts';
import { openDatabase } from '../../src/database/open-database.ts';

test('an address may name several hosts', () => {
  const url =
    'postgres://me:se%40cret@a.example:5433,b.example,[::1]:5434/punos?target_session_attrs=read-write&sslmode=require';

  expect(hostsOf(url)).toEqual([
    { host: 'a.example', port: 5433 },
    { host: 'b.example', port: 5432 },
    { host: '::1', port: 5434 },
  ]);
  expect(hostsOf(url).map((host) => urlOfHost(url, host))).toEqual([
    'postgres://me:se%40cret@a.example:5433/punos?sslmode=require',
    'postgres://me:se%40cret@b.example:5432/punos?sslmode=require',
    'postgres://me:se%40cret@[::1]:5434/punos?sslmode=require',
  ]);
  expect(hostsOf('postgres:///punos')).toEqual([]);
});

// Nobody listens on these ports.
const nowhere = openDatabase('postgres://a:b@127.0.0.1:1,127.0.0.1:2/x', { poolSize: 2, statementTimeoutMs: 500 });
afterAll(() => nowhere.close());

test('while no server of several can be written to, each statement is refused, however often it is asked', async () => {
  for (let round = 0; round < 4; round += 1) {
    const asked = await Promise.allSettled(Array.from({ length: 6 }, () => nowhere.sql`select 1`));
    expect(asked).toEqual(
      asked.map(() => ({ status: 'rejected', reason: expect.objectContaining({ code: 'ECONNREFUSED' }) })),
    );
  }
});
