import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';

import { startEmbedded } from '../../src/database/embedded.ts';
import { isAlive, readPostmaster } from '../../src/database/cluster.ts';
import { findPostgresBinaries } from '../../src/database/postgres-binaries.ts';
import { singleConnection } from '../../src/database/single-connection.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'punos-embedded-'));
const log = () => undefined;
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) await ended(child, 'SIGTERM');
});
afterAll(async () => {
  // Whatever a failed test left running: the next start adopts it and ends it in order.
  if (readPostmaster(join(dataDir, 'postgres'))) await (await startEmbedded({ dataDir, log })).stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('the embedded database', () => {
  test('keeps its rows and its port when the server stops and starts again', async () => {
    const first = await startEmbedded({ dataDir, log });
    await query(first.ownerUrl, 'create table kept (a int); insert into kept values (42)');
    await first.stop();

    const second = await startEmbedded({ dataDir, log });

    const rows = await query(second.ownerUrl, 'select a from kept');
    await second.stop();
    expect(rows).toEqual([{ a: 42 }]);
    expect(second.ownerUrl).toBe(first.ownerUrl);
    expect([first.adopted, second.adopted]).toEqual([false, false]);
    expect(readPostmaster(join(dataDir, 'postgres'))).toBeUndefined();
  });

  test('is adopted with its acknowledged rows when the server was killed', async () => {
    const { child, said } = await start();
    await query(said.applicationUrl ?? '', 'select 1');
    const orphan = readPostmaster(join(dataDir, 'postgres'));
    await ended(child, 'SIGKILL');
    expect(isAlive(orphan?.pid ?? 0)).toBe(true);

    const next = await startEmbedded({ dataDir, log });

    const rows = await query(next.ownerUrl, 'select a from kept');
    const adopted = readPostmaster(join(dataDir, 'postgres'));
    await next.stop();
    expect(next.adopted).toBe(true);
    expect(adopted?.pid).toBe(orphan?.pid);
    expect(rows).toEqual([{ a: 42 }]);
  });

  test('is refused to a second server while the first lives, and the first is not disturbed', async () => {
    const first = await start();

    const second = await start();

    expect(second.said.refused).toMatch(/^Another Punos process \(punos \d+\) already uses /);
    expect(second.said.refused).toContain('DATA_DIR');
    expect(second.said.refused).toContain(String(first.child.pid));
    expect(await query(first.said.applicationUrl ?? '', 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('starts in spite of a process number that a power cut left behind', async () => {
    const directory = join(dataDir, 'postgres');
    writeFileSync(join(directory, 'postmaster.pid'), `${process.pid}\n${directory}\n1\n5432\n\n127.0.0.1\n`);

    const database = await startEmbedded({ dataDir, log });

    const rows = await query(database.ownerUrl, 'select a from kept');
    await database.stop();
    expect(database.adopted).toBe(false);
    expect(rows).toEqual([{ a: 42 }]);
  });

  test('is started again on the same port when PostgreSQL itself is killed', async () => {
    const database = await startEmbedded({ dataDir, log });
    const before = readPostmaster(join(dataDir, 'postgres'));

    process.kill(before?.pid ?? 0, 'SIGKILL');

    await vi.waitFor(async () => expect(await query(database.ownerUrl, 'select a from kept')).toEqual([{ a: 42 }]), {
      timeout: 60_000,
      interval: 100,
    });
    const after = readPostmaster(join(dataDir, 'postgres'));
    await database.stop();
    expect(after?.port).toBe(before?.port);
    expect(after?.pid).not.toBe(before?.pid);
  });

  test('two first starts at once make one database: one serves, the other is refused', async () => {
    const fresh = join(dataDir, 'at-once');

    const both = await Promise.all([start(fresh), start(fresh)]);

    expect(both.filter(({ said }) => said.applicationUrl)).toHaveLength(1);
    expect(both.find(({ said }) => said.refused)?.said.refused).toMatch(/^Another Punos process/);
  });

  test('keeps its passwords where only the user can read them', () => {
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600);
  });

  test('says what is missing when the passwords are gone', async () => {
    const file = join(dataDir, 'postgres.json');
    const secrets = readFileSync(file);
    rmSync(file);

    await expect(startEmbedded({ dataDir, log })).rejects.toThrow('postgres.json is missing');

    writeFileSync(file, secrets, { mode: 0o600 });
  });

  test('refuses a directory of another major release', async () => {
    const other = join(dataDir, 'older');
    mkdirSync(join(other, 'postgres'), { recursive: true });
    writeFileSync(join(other, 'postgres', 'PG_VERSION'), '14\n');
    writeFileSync(join(other, 'postgres.json'), readFileSync(join(dataDir, 'postgres.json')));

    await expect(startEmbedded({ dataDir: other, log })).rejects.toThrow('was made by PostgreSQL 14');

    expect(existsSync(join(other, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  test('names DATABASE_URL on a platform that npm has no PostgreSQL for', () => {
    expect(() => findPostgresBinaries('no-such-release')).toThrow('Set DATABASE_URL');
  });
});

interface Said {
  applicationUrl?: string;
  adopted?: boolean;
  refused?: string;
}

async function start(directory = dataDir): Promise<{ child: ChildProcess; said: Said }> {
  const script = fileURLToPath(new URL('../support/embedded-once.ts', import.meta.url));
  const child = fork(script, [directory], { execArgv: ['--import', './scripts/typescript.mjs'] });
  children.push(child);
  return { child, said: await new Promise<Said>((resolve) => child.once('message', (said) => resolve(said as Said))) };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exit;
}

async function query(url: string, text: string) {
  const sql = singleConnection(url);
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end({ timeout: 1 });
  }
}
