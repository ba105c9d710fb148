import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { onTestFinished } from 'vitest';

import type { Database, Sql } from '../../src/database/open-database.ts';
import { type ImportSource, NO_WISHES, type Wishes } from '../../src/import/import-source.ts';
import { runImport } from '../../src/import/run-import.ts';
import { until } from './until.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Imports as the command does, in this process. Counts by unit as `new/done/total`. */
export async function importInto(database: Database, source: ImportSource, path: string, wishes: Partial<Wishes> = {}) {
  const warnings: string[] = [];
  const complain = ({ file, line }: { file: string; line: number }, sentence: string) =>
    void warnings.push(`${file}:${line}: ${sentence}`);
  const phases = await source.read(path, complain, { ...NO_WISHES, ...wishes });
  const tallies = await runImport(phases, {
    db: database,
    complain,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  const counts = Object.fromEntries(tallies.map(({ unit, added, done, total }) => [unit, `${added}/${done}/${total}`]));
  return { counts, warnings };
}

/** The command in a process of its own. */
export function startImport(args: readonly string[], environment: Record<string, string>) {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--import', './scripts/typescript.mjs', 'scripts/import.ts', ...args], {
    cwd: PROJECT,
    env: { ...inherited, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ended: ending(child, said) };
}

/** Kills an import and waits until PostgreSQL has noticed: what it was committing is committed by then, or never will be. */
export async function killImport({ child, ended }: ReturnType<typeof startImport>, sql: Sql): Promise<void> {
  child.kill('SIGKILL');
  await ended;
  await until(
    async () => {
      const rows = await sql`
        select 1 from pg_stat_activity where datname = current_database() and application_name = 'punos import'`;
      return rows.length;
    },
    (connected) => connected === 0,
  );
}

async function ending(child: ChildProcess, said: { stdout: string; stderr: string }) {
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, ...said };
}

/** A folder with these files, removed with the test. */
export function aFolder(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'punos-import-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const TABLES = [
  ...['inboxes', 'endpoints', 'conversations', 'legs', 'messages', 'customers', 'customer_versions', 'identities'],
  ...['products', 'variants', 'locations', 'stock_levels', 'stock_versions'],
  ...[
    'orders',
    'order_lines',
    'order_facts',
    'order_versions',
    'payments',
    'shipments',
    'returns',
    'return_lines',
    'events',
    'stream_heads',
  ],
];

/** One hash of every row per table: equal when nothing at all has changed. */
export async function everything(sql: Sql): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const table of TABLES) {
    const [row] = await sql<{ hash: string }[]>`
      select count(*) || ' rows ' || coalesce(sum(hashtextextended(t::text, 0)), 0) as hash from ${sql(table)} t`;
    hashes[table] = row!.hash;
  }
  return hashes;
}
