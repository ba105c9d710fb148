import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { enterDatabase } from './enter-database.ts';
import type { ImportSource, Phase, SourcePlace } from './import-source.ts';
import { grouped, Progress, type Terminal } from './progress.ts';
import { runImport, type PhaseTally } from './run-import.ts';
import { SOURCES } from './sources.ts';

/** What the command is given besides its arguments. */
export interface Surroundings {
  readonly settings: {
    readonly databaseUrl: string | undefined;
    readonly dataDir: string;
    readonly sampleDataDir: string;
    readonly statementTimeoutMs: number;
    /** Where the caller stands: a path that is given is relative to it. */
    readonly workingDir: string;
  };
  /** For programs: the help, and the one line of --json. */
  readonly stdout: Terminal;
  /** For people: progress, warnings, the summary. */
  readonly stderr: Terminal;
  /** Ends the import between two transactions. */
  readonly signal: AbortSignal;
}

const HELP = `npm run import -- <source> [path]

Sources:
${SOURCES.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`).join('\n')}

Without a path the set in the sample data is taken (PUNOS_SAMPLE_DATA). What was imported before changes nothing; an import that
was stopped or killed goes on when it is started again. Bad rows are named with file and line and left out.

  --dry-run   read and check everything, write nothing, need no database
  --json      one line on stdout at the end, for programs
  --help      this

It works with DATABASE_URL, or with the embedded database in DATA_DIR, also while the server runs.
`;

const STOPPED = 130;

/** A sentence for whoever asked; nothing was done. */
class Wrong extends Error {}

/** `npm run import`: answers the exit code. Bad rows are warnings; 1 when nothing could be read or the database failed. */
export async function importCommand(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const progress = new Progress(surroundings.stderr);
  try {
    const { values, positionals } = readArguments(args);
    if (values.help) {
      surroundings.stdout.write(HELP);
      return 0;
    }
    return await importAll(sourceOf(positionals), { path: positionals[1], ...values }, { ...surroundings, progress });
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof Wrong) progress.say(message);
    else progress.say(`The import failed: ${message}\nWhat it stored is stored; start it again and it goes on.`);
    return 1;
  }
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new Wrong(`${(error as Error).message}\n\n${HELP}`);
  }
}

function sourceOf([name, , ...more]: string[]): ImportSource {
  const source = SOURCES.find((one) => one.name === name);
  const wrong = name === undefined ? 'Name a source.' : `There is no source \`${name}\`.`;
  if (!source) throw new Wrong(`${wrong}\n\n${HELP}`);
  if (more.length > 0) throw new Wrong(`One source and one path at a time, please.\n\n${HELP}`);
  return source;
}

interface Asked {
  readonly path: string | undefined;
  readonly 'dry-run'?: boolean | undefined;
  readonly json?: boolean | undefined;
}
type Running = Surroundings & { readonly progress: Progress };

async function importAll(source: ImportSource, asked: Asked, running: Running): Promise<number> {
  const { progress, settings, stdout, signal } = running;
  const begun = performance.now();
  let warnings = 0;
  const complain = ({ file, line }: SourcePlace, sentence: string) => {
    warnings += 1;
    progress.say(`warning: ${file}:${line}: ${sentence}`);
  };
  const from = resolve(settings.workingDir, asked.path ?? join(settings.sampleDataDir, source.folder));
  const whereToLook = asked.path === undefined ? 'Give the path, or set PUNOS_SAMPLE_DATA.' : 'Give another path.';
  const phases = await source.read(from, complain).catch((error: unknown) => {
    throw new Wrong(`${from} cannot be read (${(error as Error).message}). ${whereToLook}`);
  });
  if (phases.length === 0) throw new Wrong(`Nothing in ${from} could be read as ${source.name}. ${whereToLook}`);

  const dryRun = asked['dry-run'] ?? false;
  const counts = dryRun ? phases.map(untouched) : await store(phases, complain, running);
  const seconds = Math.round(performance.now() - begun) / 1_000;
  for (const tally of counts) progress.say(dryRun ? wouldBe(tally) : became(tally));
  progress.say(
    `${source.name}: ${dryRun ? 'checked' : 'imported'} in ${seconds.toFixed(1)} s, ${grouped(warnings)} warning(s)`,
  );
  const complete = !signal.aborted;
  if (asked.json)
    stdout.write(`${JSON.stringify({ source: source.name, dryRun, complete, seconds, warnings, counts })}\n`);
  return complete ? 0 : STOPPED;
}

async function store(
  phases: readonly Phase[],
  complain: (place: SourcePlace, sentence: string) => void,
  { progress, settings, signal }: Running,
): Promise<PhaseTally[]> {
  const { databaseUrl: url, dataDir, statementTimeoutMs } = settings;
  const log = (line: string) => progress.say(line);
  const { database, leave } = await enterDatabase({ url, dataDir, statementTimeoutMs, log });
  try {
    const onProgress = (tally: PhaseTally) => progress.show(tally);
    return await runImport(phases, { db: database, complain, onProgress, signal });
  } finally {
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

const wouldBe = ({ unit, total }: PhaseTally) => `${unit}: ${grouped(total)} would be imported`;

const became = ({ unit, total, done, added, refused }: PhaseTally) =>
  `${unit}: ${grouped(done - refused)} of ${grouped(total)} stored, ${grouped(added)} new, ${grouped(refused)} refused`;
