import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { startEmbedded } from '../../src/database/embedded.ts';
import { migrate } from '../../src/database/migrate.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { readPostmaster } from '../../src/database/cluster.ts';
import { importCommand, type Surroundings } from '../../src/import/import-command.ts';
import { aFolder, startImport } from '../support/importing.ts';
import { withDatabase } from '../support/with-database.ts';

/** The command in this process: what it says and its exit code. */
async function run(args: readonly string[], but: Partial<Surroundings['settings']> & { signal?: AbortSignal } = {}) {
  const { signal = new AbortController().signal, ...settings } = but;
  const said = { stdout: '', stderr: '' };
  const terminal = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (said[name] += text) });
  const code = await importCommand(args, {
    settings: {
      databaseUrl: 'postgres://nobody@127.0.0.1:1/nowhere',
      dataDir: '/nowhere',
      sampleDataDir: '/nowhere',
      statementTimeoutMs: 5_000,
      workingDir: '/nowhere',
      ...settings,
    },
    stdout: terminal('stdout'),
    stderr: terminal('stderr'),
    signal,
  });
  return { code, ...said };
}

const aSmallSet = (chats = 3) =>
  aFolder({
    'shoes/train.tsv': [
      'conversationId\tturnNumber\tutterance',
      ...Array.from({ length: chats }, (_, i) => `chat-${i}\t0\tWhere is parcel ${i}?\nchat-${i}\t2\tthanks`),
      'chat-0\tlast\tbad turn',
    ].join('\n'),
  });

test('says what it can do, and what was wrong in the asking', async () => {
  const empty = aFolder({ 'readme.md': '' });
  const [help, nothing, unknown, option, absent, useless, sample] = await Promise.all([
    run(['--help']),
    run([]),
    run(['shopify']),
    run(['multidogo', '--fast']),
    run(['multidogo', 'nowhere'], { workingDir: empty }),
    run(['tau-retail', empty]),
    run(['multidogo']),
  ]);

  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('tau-retail') });
  expect(nothing).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Name a source\.[\s\S]*multidogo/) });
  expect(unknown).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^There is no source `shopify`\.[\s\S]*multidogo/),
  });
  expect(option).toMatchObject({ code: 1, stderr: expect.stringContaining("Unknown option '--fast'") });
  expect(absent).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/cannot be read \(ENOENT.* Give another path\./),
  });
  expect(useless).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/could be read as tau-retail\. Give another path\./),
  });
  expect(sample).toMatchObject({ code: 1, stderr: expect.stringContaining('or set PUNOS_SAMPLE_DATA.') });
});

test('a dry run reads everything and touches no database; the summary is one line of JSON', async () => {
  const { code, stdout, stderr } = await run(['multidogo', aSmallSet(), '--dry-run', '--json']);

  expect(code).toBe(0);
  expect(stderr).toContain('warning: shoes/train.tsv:8: The turn number is no whole number; the turn is left out.');
  expect(stderr).toContain('messages: 6 would be imported');
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    {
      source: 'multidogo',
      dryRun: true,
      complete: true,
      seconds: expect.any(Number),
      warnings: 1,
      counts: [
        { unit: 'inboxes', total: 1, done: 0, added: 0, refused: 0 },
        { unit: 'messages', total: 6, done: 0, added: 0, refused: 0 },
      ],
    },
  ]);
});

test('progress, warnings and a summary for people; bad rows do not fail it', async () => {
  const { applicationUrl } = await withDatabase();

  const { code, stdout, stderr } = await run(['multidogo', aSmallSet()], { databaseUrl: applicationUrl });

  expect(code).toBe(0);
  expect(stdout).toBe('');
  expect(
    stderr
      .replaceAll(/[\d,.]+\/s/g, 'N/s')
      .replace(/in [\d.]+ s/, 'in N s')
      .trimEnd()
      .split('\n'),
  ).toEqual([
    'warning: shoes/train.tsv:8: The turn number is no whole number; the turn is left out.',
    'inboxes: 1 of 1, N/s',
    'messages: 6 of 6, N/s',
    'inboxes: 1 of 1 stored, 0 new, 0 refused',
    'messages: 6 of 6 stored, 6 new, 0 refused',
    'multidogo: imported in N s, 1 warning(s)',
  ]);
});

test('a database that is not there fails with a sentence and no stack', async () => {
  const { code, stderr } = await run(['multidogo', aSmallSet()]);

  expect(code).toBe(1);
  expect(stderr).toMatch(/The import failed: .*ECONNREFUSED/);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('asked to stop it ends between two transactions, says so and goes on the next time', async () => {
  const { applicationUrl } = await withDatabase();
  const set = aSmallSet();
  const stopping = new AbortController();
  stopping.abort();

  const stopped = await run(['multidogo', set, '--json'], { databaseUrl: applicationUrl, signal: stopping.signal });
  const again = await run(['multidogo', set, '--json'], { databaseUrl: applicationUrl });

  expect(stopped).toMatchObject({ code: 130, stdout: expect.stringContaining('"complete":false') });
  expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/"complete":true.*"added":6/) });
});

test('it joins the embedded database of a running server, and starts it when none runs', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'punos-import-data-'));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  const set = aSmallSet();
  const server = await startEmbedded({ dataDir, log: () => undefined });
  await migrate(server.ownerUrl, { log: () => undefined });

  const joined = await startImport(['multidogo', set, '--json'], { DATABASE_URL: '', DATA_DIR: dataDir }).ended;

  const database = openDatabase(server.applicationUrl, { poolSize: 2, statementTimeoutMs: 5_000 });
  expect(await database.sql`select count(*)::int as n from messages`).toEqual([{ n: 6 }]);
  await database.close();
  await server.stop();
  expect(joined).toMatchObject({ code: 0, stdout: expect.stringContaining('"added":6') });

  const alone = await run(['multidogo', set, '--json'], { databaseUrl: undefined, dataDir });

  expect(alone).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/"unit":"messages","total":6,"done":6,"added":0/),
  });
  expect(readPostmaster(join(dataDir, 'postgres'))).toBeUndefined();
});
