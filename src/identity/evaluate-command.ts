import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { grouped } from '../import/progress.ts';
import { columnName } from '../import/read-records.ts';
import type { ProposalThresholds } from '../services/customers/proposals/propose-merges.ts';
import { type Asked, type Evaluation, evaluate } from './evaluate.ts';
import type { AtThreshold } from './figures-of-matching.ts';
import { PERSON_FIELDS, personField, type PersonField, suggestField } from './person-fields.ts';
import type { Running } from './surroundings.ts';
import { WrongInput } from './wrong-input.ts';

export const EVALUATE_HELP = `npm run identity -- evaluate <file.csv> [other.csv] --truth <pairs.csv|column:NAME>

Finds records of the same person in one file, or between two, and says how well: precision, recall, F1. Nothing is stored.

  --map theirs=ours,…   columns that have other names than ours: ${PERSON_FIELDS.join(', ')}
  --truth pairs.csv     who is who: two ids in each line
  --truth column:NAME   who is who: a column that is the same for all records of a person
  --id <column>         the column that the pairs name (default: the one that holds their ids)
  --without <field>,…   fields that are not to be looked at
  --one-to-one          two files in which nobody stands twice: a record has one counterpart at most
  --json                one line on stdout, for programs

Files are UTF-8, plain or .gz, separated by comma, semicolon or tab; their first row names the columns. docs/identity.md tells the rest.
`;

/** Lines that are named; a file in another encoding would name them all. */
const MOST_WARNINGS = 50;

/** Throws WrongInput and Unreadable. */
export async function evaluateCommand(args: readonly string[], running: Running): Promise<void> {
  const { progress, stdout, peakMemoryBytes, workingDir, thresholds } = running;
  const { values, positionals } = readArguments(args);
  const asked = { ...readAsked(positionals, values, workingDir), thresholds };
  const begun = performance.now();
  let warnings = 0;
  const found = await evaluate(asked, {
    complain: ({ file, line }, sentence) => {
      warnings += 1;
      if (warnings <= MOST_WARNINGS) progress.say(`warning: ${file}:${line}: ${sentence}`);
    },
    say: (line) => progress.say(line),
    onProgress: (step, done, total) => {
      const unit = step === 'learn' ? 'pairs learned from' : 'pairs scored';
      progress.show({ unit, done, total, added: 0, refused: 0 });
    },
  });
  if (warnings > MOST_WARNINGS) progress.say(`warning: and ${grouped(warnings - MOST_WARNINGS)} lines more`);
  const cost = {
    seconds: Math.round(performance.now() - begun) / 1_000,
    peakMemoryMb: Math.round(peakMemoryBytes() / 1_000_000),
  };
  stdout.write(
    values.json
      ? `${JSON.stringify({ ...headlineOf(found, thresholds), ...cost, ...found })}\n`
      : tableOf(found, { ...cost, thresholds }),
  );
}

/** What is merged without a person being asked. */
function headlineOf({ thresholds }: Evaluation, { merge, propose }: ProposalThresholds) {
  const { precision, recall, f1 } = thresholds.find(({ confidence }) => confidence === (merge ?? propose))!;
  return { precision, recall, f1, mergeAt: merge, proposeAt: propose };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        map: { type: 'string', multiple: true },
        truth: { type: 'string' },
        id: { type: 'string' },
        without: { type: 'string', multiple: true },
        'one-to-one': { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new WrongInput(`${(error as Error).message}\n\n${EVALUATE_HELP}`);
  }
}

type Options = ReturnType<typeof readArguments>['values'];

function readAsked(paths: readonly string[], options: Options, workingDir: string): Omit<Asked, 'thresholds'> {
  if (paths.length === 0 || paths.length > 2)
    throw new WrongInput('Name one file to deduplicate, or two to link: npm run identity -- evaluate a.csv [b.csv] …');
  const { truth, id, 'one-to-one': isOneToOne = false } = options;
  if (!truth) throw new WrongInput('Say who is who: --truth pairs.csv, or --truth column:NAME.');
  if (isOneToOne && paths.length === 1) throw new WrongInput('--one-to-one is for two files.');
  const { map, idColumn } = readMap(options.map ?? []);
  const column = /^column:\s*(.*)$/s.exec(truth)?.[1];
  if (column === '') throw new WrongInput('--truth column:NAME needs the name of a column.');
  return {
    paths: paths.map((path) => resolve(workingDir, path)),
    map,
    without: listOf(options.without).map(fieldNamed),
    truth: column === undefined ? { pairs: resolve(workingDir, truth) } : { column },
    idColumn: id ?? idColumn,
    isOneToOne,
  };
}

const listOf = (lists: readonly string[] = []): string[] =>
  lists
    .flatMap((list) => list.split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '');

/** `id` is no field of a person: it says which column the pairs name. */
function readMap(lists: readonly string[]): { map: Map<string, PersonField>; idColumn: string | null } {
  const map = new Map<string, PersonField>();
  let idColumn: string | null = null;
  for (const pair of listOf(lists)) {
    const [theirs = '', ours = '', ...more] = pair.split('=').map((each) => each.trim());
    if (theirs === '' || ours === '' || more.length > 0)
      throw new WrongInput(
        `Write --map as theirs=ours, several with commas: --map given_name=givenName,mail=email. This is none: ${pair}`,
      );
    if (ours.toLowerCase() === 'id') idColumn = theirs;
    else map.set(columnName(theirs), fieldNamed(ours));
  }
  return { map, idColumn };
}

function fieldNamed(name: string): PersonField {
  const field = personField(name);
  if (field === null) throw new WrongInput(suggestField(name));
  return field;
}

interface Cost {
  readonly seconds: number;
  readonly peakMemoryMb: number;
  readonly thresholds: ProposalThresholds;
}

function tableOf(found: Evaluation, { seconds, peakMemoryMb, thresholds: { propose, merge } }: Cost): string {
  const { records, thresholds, candidatePairs, allPairs } = found;
  const whatHappensAt = (confidence: number) => {
    if (confidence === merge) return '  and above: merged';
    return confidence === propose ? '  and above: a person is asked' : '';
  };
  const heads = ['precision', 'recall', 'F1', 'found', 'wrong', 'missed', 'persons'];
  return [
    `${records.map(grouped).join(' + ')} records, ${grouped(found.truePairs)} true pairs; ${grouped(candidatePairs)} of ${grouped(allPairs)} pairs compared`,
    `confidence${heads.map((head) => head.padStart(10)).join('')}`,
    ...thresholds.map((at) => `${lineOf(at)}${whatHappensAt(at.confidence)}`),
    `${seconds.toFixed(1)} s, ${grouped(peakMemoryMb)} MB at most`,
    '',
  ].join('\n');
}

function lineOf({ confidence, precision, recall, f1, found, wrong, missed, groups }: AtThreshold): string {
  const ratios = [precision, recall, f1].map((value) => (value === null ? '-' : value.toFixed(4)).padStart(10));
  const counts = [found, wrong, missed, groups].map((value) => grouped(value).padStart(10));
  return `${String(confidence).padEnd(10)}${ratios.join('')}${counts.join('')}`;
}
