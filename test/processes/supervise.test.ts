import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { nextTryInMs } from '../../src/processes/next-try.ts';
import { connectionsNeeded, shareConnections } from '../../src/processes/share-connections.ts';
import { superviseProcesses } from '../../src/processes/supervise.ts';
import { until } from '../support/until.ts';
import { withDatabase } from '../support/with-database.ts';

const place = await withDatabase();
const directory = mkdtempSync(join(tmpdir(), 'punos-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function aProgram(name: string, text: string): string {
  const file = join(directory, `${name}.mjs`);
  writeFileSync(file, text);
  return file;
}

const READY = `process.send({ say: 'ready', url: 'http://127.0.0.1:4000' });`;

test('who was killed once is replaced at once; who ends again and again waits longer each time', () => {
  expect([1, 2, 3, 4, 8, 20].map(nextTryInMs)).toEqual([0, 500, 1_000, 2_000, 30_000, 30_000]);
});

test('a process that dies at once again and again is tried less and less often, with the reason it gave', async () => {
  const lines: string[] = [];
  const program = aProgram(
    'dying',
    `process.send({ say: 'failed', reason: 'the disk is full' }, undefined, undefined, () => ${READY.slice(0, -2)}, () => process.exit(1)));`,
  );

  const many = await superviseProcesses({
    ...{ count: 1, program, stopWithinMs: 1_000, environmentOf: () => ({}) },
    say: (line) => lines.push(line),
  });
  await until(
    () => lines.length,
    (count) => count >= 3,
  );
  await many.stop();

  expect(lines.slice(0, 3)).toEqual([
    'Process 1 of 1 ended: the disk is full. Another one takes its place.',
    'Process 1 of 1 ended: the disk is full. The next try is in 0.5 s.',
    'Process 1 of 1 ended: the disk is full. The next try is in 1 s.',
  ]);
});

test('when one cannot begin, the others are ended and the reason is told', async () => {
  const program = aProgram(
    'second-fails',
    `if (process.env.NUMBER === '2') process.send({ say: 'failed', reason: 'no place for two' }, () => process.exit(1));
     else { ${READY} setInterval(() => undefined, 1_000); }`,
  );

  const starting = superviseProcesses({
    ...{ count: 2, program, stopWithinMs: 5_000, say: () => undefined },
    environmentOf: (number) => ({ NUMBER: String(number) }),
  });

  await expect(starting).rejects.toThrow('no place for two');
});

test('one that does not end in order is killed, and that is said', async () => {
  const program = aProgram(
    'deaf',
    `process.on('SIGTERM', () => undefined); ${READY} setInterval(() => undefined, 1_000);`,
  );
  const many = await superviseProcesses({
    ...{ count: 1, program, stopWithinMs: 50, environmentOf: () => ({}), say: () => undefined },
  });

  await expect(many.stop()).rejects.toThrow('1 of 1 processes took too long and were killed');
});

test('processes share the connections that the database has', async () => {
  expect(connectionsNeeded(3, 16)).toBe(104);
  expect(await shareConnections(place.applicationUrl, { count: 3, poolSize: 16 })).toEqual({
    poolSize: 16,
    warning: null,
  });

  // The test cluster gives 300, of which 3 are kept for superusers.
  expect(await shareConnections(place.applicationUrl, { count: 12, poolSize: 16 })).toEqual({
    poolSize: 10,
    warning:
      '12 processes with DATABASE_POOL_SIZE=16 take up to 401 connections, the database gives 297: each process takes a pool of 10 instead.',
  });
  await expect(shareConnections(place.applicationUrl, { count: 60, poolSize: 16 })).rejects.toThrow(
    'the database gives 297. Raise its max_connections, or start fewer processes.',
  );
});
