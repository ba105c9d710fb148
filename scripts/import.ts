// npm run import -- <source> [path]: conversations and orders of a published set, or of your own in the same shape.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { readConfig, type Config } from '../src/config.ts';
import { enterDatabase } from '../src/import/enter-database.ts';
import type { ImportSource, Phase } from '../src/import/import-source.ts';
import { grouped, Progress } from '../src/import/progress.ts';
import { runImport, type PhaseTally } from '../src/import/run-import.ts';
import { SOURCES } from '../src/import/sources.ts';

const HELP = `npm run import -- <source> [path]

Sources:
${SOURCES.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`).join('\n')}

Without a path the set in the sample data is taken (PUNOS_SAMPLE_DATA). What was imported before changes nothing; an import that
was stopped or killed goes on when it is started again. Bad rows are named with file and line and left out.

  --dry-run   read and check everything, write nothing, need no database
  --json      one line on stdout at the end for programs
  --help      this

It works with DATABASE_URL, or with the embedded database in DATA_DIR, also while the server runs.
`;

const progress = new Progress(process.stderr);
const stopping = new AbortController();
let warnings = 0;

/** A sentence and exit code 1: nothing was done. */
class Wrong extends Error {}

function readArguments() {
  return parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
}

function sourceOf([name, , ...more]: string[]): ImportSource {
  const source = SOURCES.find((one) => one.name === name);
  if (!source)
    throw new Wrong(`${name === undefined ? 'Name a source.' : `There is no source \`${name}\`.`}\n\n${HELP}`);
  if (more.length > 0) throw new Wrong(`One source and one path at a time, please.\n\n${HELP}`);
  return source;
}

async function importAll(
  source: ImportSource,
  path: string | undefined,
  { json, 'dry-run': dryRun }: ReturnType<typeof readArguments>['values'],
): Promise<void> {
  const begun = performance.now();
  const config = readConfig(process.env);
  const from = resolve(path ?? join(config.runtime.sampleDataDir, source.folder));
  const phases = await source.read(from, complain).catch((error: unknown) => {
    throw new Wrong(`${from} cannot be read (${(error as Error).message}). ${whereToLook(path)}`);
  });
  if (phases.length === 0) throw new Wrong(`Nothing in ${from} could be read as ${source.name}. ${whereToLook(path)}`);
  const tallies = dryRun ? phases.map(untouched) : await store(phases, config);
  const seconds = Math.round(performance.now() - begun) / 1_000;
  summarize(source, tallies, { seconds, json: json ?? false, dryRun: dryRun ?? false });
  if (stopping.signal.aborted) process.exitCode = 130;
}

const whereToLook = (path: string | undefined) =>
  path === undefined ? 'Give the path, or set PUNOS_SAMPLE_DATA to where the sample data is.' : 'Give another path.';

async function store(phases: readonly Phase[], { database: { url, statementTimeoutMs }, runtime }: Config) {
  const log = (line: string) => progress.say(line);
  const { database, leave } = await enterDatabase({ url, dataDir: runtime.dataDir, statementTimeoutMs, log });
  const stop = () => {
    progress.say('Stopping after the present transactions; start it again and it goes on.');
    stopping.abort();
  };
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    const onProgress = (tally: PhaseTally) => progress.show(tally);
    return await runImport(phases, { db: database, complain, onProgress, signal: stopping.signal });
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    await leave();
  }
}

const untouched = ({ unit, items }: Phase): PhaseTally => ({
  unit,
  total: items.length,
  done: 0,
  added: 0,
  refused: 0,
});

function complain({ file, line }: { file: string; line: number }, sentence: string): void {
  warnings += 1;
  progress.say(`warning: ${file}:${line}: ${sentence}`);
}

function summarize(
  source: ImportSource,
  tallies: readonly PhaseTally[],
  { seconds, json, dryRun }: { seconds: number; json: boolean; dryRun: boolean },
): void {
  for (const { unit, total, done, added, refused } of tallies)
    progress.say(
      dryRun
        ? `${unit}: ${grouped(total)} would be imported`
        : `${unit}: ${grouped(done - refused)} of ${grouped(total)} stored, ${grouped(added)} new, ${grouped(refused)} refused`,
    );
  progress.say(
    `${source.name}: ${dryRun ? 'checked' : 'imported'} in ${seconds.toFixed(1)} s, ${grouped(warnings)} warning(s)`,
  );
  const complete = tallies.every(({ done, total }) => done === total) && !stopping.signal.aborted;
  if (json)
    process.stdout.write(
      `${JSON.stringify({ source: source.name, dryRun, complete, seconds, warnings, counts: tallies })}\n`,
    );
}

try {
  const { values, positionals } = readArguments();
  if (values.help) process.stdout.write(HELP);
  else await importAll(sourceOf(positionals), positionals[1], values);
} catch (error) {
  const expected = error instanceof Wrong || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  progress.say(expected ? (error as Error).message : `The import failed: ${(error as Error).message}`);
  if (!expected) progress.say('What it stored is stored; start it again and it goes on.');
  process.exitCode = 1;
}
