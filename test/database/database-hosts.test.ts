import { expect, test } from 'vitest';

import { hostsOf, urlOfHost } from '../../src/database/database-hosts.ts';

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
