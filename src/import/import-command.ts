import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { enterDatabase } from './enter-database.ts';
import {
  type ImportSource,
  type Phase,
  type Recount,
  type SourcePlace,
  Unreadable,
  type Wishes,
} from './import-source.ts';
import { isTimeZone } from '../values/business-hours.ts';
import { grouped, Progress, type Terminal } from './progress.ts';
import { columnName } from './read-records.ts';
import { checkPhase, IMPORTER, runImport, type PhaseTally } from './run-import.ts';
import { SOURCES } from './sources.ts';
import { columnTable } from './tables/kind.ts';
import { KINDS } from './tables/kinds.ts';

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
npm run import -- csv <kind> <file>        npm run import -- jsonl <kind> <file>

Sources:
${SOURCES.map(({ name, summary }) => `  ${name.padEnd(19)}${summary}`).join('\n')}

Without a path the set in the sample data is taken (PUNOS_SAMPLE_DATA). What was imported before changes nothing; an import that
was stopped or killed goes on when it is started again. Bad rows are named with file and line and left out.

  --dry-run             read and check everything, write nothing, need no database
  --map theirs=ours,…   csv and jsonl: columns of the file that have other names than ours (docs/import.md lists them)
  --time-zone <name>    csv and jsonl: in which times without a zone are read, for example Europe/Helsinki (default: UTC)
  --complete            csv and jsonl of stock: the file has all that its locations have; what it leaves out is counted as none there
  --json                one line on stdout at the end, for programs
  --help                this

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
      surroundings.stdout.write(helpOn(positionals));
      return 0;
    }
    return await importAll(readAsked(positionals, values), { ...surroundings, progress });
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
      options: {
        'dry-run': { type: 'boolean' },
        map: { type: 'string', multiple: true },
        'time-zone': { type: 'string' },
        complete: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new Wrong(`${(error as Error).message}\n\n${HELP}`);
  }
}

/** Of a kind of one's own tables its columns, otherwise everything. */
function helpOn([name, kindName]: readonly string[]): string {
  const isOwn = SOURCES.some((source) => source.name === name && source.kinds);
  const kind = isOwn ? KINDS.find((one) => one.name === kindName) : undefined;
  return kind ? `${columnTable(kind)}\n` : HELP;
}

type Options = ReturnType<typeof readArguments>['values'];

/** What is to be imported, and how. */
interface Asked {
  readonly source: ImportSource;
  readonly path: string | undefined;
  readonly wishes: Wishes;
  readonly dryRun: boolean;
  readonly json: boolean;
}

function readAsked([name, ...rest]: readonly string[], options: Options): Asked {
  const source = SOURCES.find((one) => one.name === name);
  const wrong = name === undefined ? 'Name a source.' : `There is no source \`${name}\`.`;
  if (!source) throw new Wrong(`${wrong}\n\n${HELP}`);
  const kind = source.kinds ? (rest[0] ?? null) : null;
  const [path, ...more] = source.kinds ? rest.slice(1) : rest;
  if (source.kinds && !source.kinds.includes(kind ?? ''))
    throw new Wrong(`Say what the file holds: npm run import -- ${source.name} <${source.kinds.join('|')}> <file>`);
  if (path === undefined && source.folder === null)
    throw new Wrong(`Name the file: npm run import -- ${[source.name, kind, '<file>'].join(' ')}`);
  if (more.length > 0) throw new Wrong(`One source and one path at a time, please.\n\n${HELP}`);
  const { json = false, 'dry-run': dryRun = false } = options;
  return { source, path, wishes: readWishes(kind, options), dryRun, json };
}

function readWishes(
  kind: string | null,
  { map = [], 'time-zone': timeZone = 'UTC', complete: isComplete = false }: Options,
): Wishes {
  if (kind === null && map.length > 0)
    throw new Wrong('--map is for csv and jsonl; other sources have columns of their own.');
  if (kind === null && isComplete) throw new Wrong('--complete is for csv and jsonl.');
  if (!isTimeZone(timeZone)) throw new Wrong(`There is no time zone \`${timeZone}\`. Name one as in Europe/Helsinki.`);
  const pairs = map.flatMap((list) => list.split(',')).map((pair) => pair.split('=').map(columnName));
  const odd = pairs.findIndex((pair) => pair.length !== 2 || pair.includes(''));
  if (odd >= 0)
    throw new Wrong('Write --map as theirs=ours, several with commas: --map "Order Number=order_number,Mail=email"');
  return { kind, timeZone, isComplete, renamed: new Map(pairs.map(([theirs, ours]) => [theirs!, ours!])) };
}

type Running = Surroundings & { readonly progress: Progress };

async function importAll(asked: Asked, running: Running): Promise<number> {
  const { source, dryRun } = asked;
  const { progress, stdout, signal } = running;
  const begun = performance.now();
  let warnings = 0;
  const complain = ({ file, line }: SourcePlace, sentence: string) => {
    warnings += 1;
    progress.say(`warning: ${file}:${line}: ${sentence}`);
  };
  const { from, phases } = await readSource(asked, running.settings, complain);
  const { counts, recount } = dryRun
    ? { counts: await checkAll(phases, signal), recount: null }
    : await store(phases, { source, from, complain, running });
  const seconds = Math.round(performance.now() - begun) / 1_000;
  for (const sentence of recount?.sentences ?? []) progress.say(sentence);
  for (const tally of counts) progress.say(dryRun ? wouldBe(tally) : became(tally));
  progress.say(
    `${source.name}: ${dryRun ? 'checked' : 'imported'} in ${seconds.toFixed(1)} s, ${grouped(warnings)} warning(s)`,
  );
  const complete = !signal.aborted;
  const { sentences: _, ...recounted } = recount ?? { sentences: [] };
  const summary = { source: source.name, dryRun, complete, seconds, warnings, counts, ...recounted };
  if (asked.json) stdout.write(`${JSON.stringify(summary)}\n`);
  return complete ? 0 : STOPPED;
}

async function readSource(
  { source, path, wishes }: Asked,
  settings: Surroundings['settings'],
  complain: (place: SourcePlace, sentence: string) => void,
) {
  const from = resolve(settings.workingDir, path ?? join(settings.sampleDataDir, source.folder!));
  const whereToLook = path === undefined ? 'Give the path, or set PUNOS_SAMPLE_DATA.' : 'Give another path.';
  const phases = await source.read(from, complain, wishes).catch((error: unknown) => {
    if (error instanceof Unreadable) throw new Wrong(error.message);
    throw new Wrong(`${from} cannot be read (${(error as Error).message}). ${whereToLook}`);
  });
  if (phases.length === 0) throw new Wrong(`Nothing in ${from} could be read as ${source.name}. ${whereToLook}`);
  return { from, phases };
}

async function checkAll(phases: readonly Phase[], signal: AbortSignal): Promise<PhaseTally[]> {
  const tallies: PhaseTally[] = [];
  for (const each of phases) tallies.push(await checkPhase(each, signal));
  return tallies;
}

interface Storing {
  readonly source: ImportSource;
  readonly from: string;
  readonly complain: (place: SourcePlace, sentence: string) => void;
  readonly running: Running;
}

async function store(
  phases: readonly Phase[],
  { source, from, complain, running }: Storing,
): Promise<{ counts: PhaseTally[]; recount: Recount | null }> {
  const { progress, settings, signal } = running;
  const { databaseUrl: url, dataDir, statementTimeoutMs } = settings;
  const log = (line: string) => progress.say(line);
  const { database, leave } = await enterDatabase({ url, dataDir, statementTimeoutMs, log });
  try {
    const onProgress = (tally: PhaseTally) => progress.show(tally);
    const counts = await runImport(phases, { db: database, complain, onProgress, signal });
    const scope = { db: database, viewer: IMPORTER, now: new Date() };
    return { counts, recount: (!signal.aborted && (await source.recount?.(scope, from))) || null };
  } finally {
    await leave();
  }
}

const wouldBe = ({ unit, total }: PhaseTally) => `${unit}: ${grouped(total)} would be imported`;

const became = ({ unit, total, done, added, refused }: PhaseTally) =>
  `${unit}: ${grouped(done - refused)} of ${grouped(total)} stored, ${grouped(added)} new, ${grouped(refused)} refused`;
