import type { Complain } from '../import/import-source.ts';
import { columnName, separatedRecords } from '../import/read-records.ts';
import type { PersonRecord } from '../services/customers/matching/comparable.ts';
import { FIELDS } from '../services/customers/matching/fields.ts';
import { findLinks, type Finding, type Matching } from '../services/customers/matching/find-links.ts';
import type { ProposalThresholds } from '../services/customers/proposals/propose-merges.ts';
import { type AtThreshold, type Band, calibration, type Judged, qualityAt, truePairs } from './figures-of-matching.ts';
import type { PersonField } from './person-fields.ts';
import { type ColumnWishes, listed, openPeople, type PeopleFile, readPeople, valueOf } from './read-people.ts';
import { type PairsRead, readTruePairs } from './read-truth.ts';
import { type Named, personsOfColumn, personsOfPairs } from './true-persons.ts';
import { WrongInput } from './wrong-input.ts';

/** What is to be evaluated, and how. */
export interface Asked {
  /** One file to deduplicate, or two to link. */
  readonly paths: readonly string[];
  readonly map: ReadonlyMap<string, PersonField>;
  readonly without: readonly PersonField[];
  readonly truth: { readonly column: string } | { readonly pairs: string };
  /** The column that pairs name; null: the one that holds the ids of the pairs. */
  readonly idColumn: string | null;
  readonly isOneToOne: boolean;
  readonly thresholds: ProposalThresholds;
}

export interface Telling {
  readonly complain: Complain;
  readonly say: (line: string) => void;
  readonly onProgress: NonNullable<Finding['onProgress']>;
}

export interface Evaluation {
  readonly records: readonly number[];
  readonly mode: 'deduplicate' | 'link';
  /** The field as which each column was read, by file. */
  readonly fields: readonly Readonly<Record<string, PersonField>>[];
  readonly linesLeftOut: number;
  readonly allPairs: number;
  readonly candidatePairs: number;
  readonly truePairs: number;
  readonly thresholds: readonly AtThreshold[];
  readonly calibration: readonly Band[];
  readonly blocking: Matching['blocking'];
  readonly model: unknown;
}

const SHOWN = [0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];
/** Rows by which the column of ids is found. */
const LOOKED_AT = 5_000;

/** Matches files of which it is known who is who, and says how well it went. Throws WrongInput and Unreadable. */
export async function evaluate(asked: Asked, telling: Telling): Promise<Evaluation> {
  const isLinking = asked.paths.length === 2;
  let linesLeftOut = 0;
  const complain: Complain = (place, sentence) => {
    linesLeftOut += 1;
    telling.complain(place, sentence);
  };
  const truthColumn = 'column' in asked.truth ? columnName(asked.truth.column) : null;
  const apart = [truthColumn, asked.idColumn].filter((each) => each !== null).map(columnName);
  const files = await openAll(asked, { map: asked.map, without: asked.without, apart });
  for (const { file, fields } of files)
    telling.say(`${file.name}: ${[...fields].map(([column, field]) => `${column} as ${field}`).join(', ')}`);
  const pairs = 'pairs' in asked.truth ? await readTruePairs(asked.truth.pairs, complain) : null;
  const persons: PersonRecord[] = [];
  const rows: Named[] = [];
  const records: number[] = [];
  for (const [side, people] of files.entries()) {
    const column = truthColumn ?? asked.idColumn ?? (await idColumnOf(people, pairs!));
    if (!people.header.columns.includes(columnName(column)))
      throw new WrongInput(`${people.file.name} has no column ${column}. It has: ${listed(people.header.columns)}`);
    const before = persons.length;
    for await (const { person, beside } of readPeople(people, [column], complain)) {
      persons.push(person);
      rows.push({ name: beside[0]!, side: side === 1 ? 1 : 0 });
    }
    records.push(persons.length - before);
    if (persons.length === before)
      throw new WrongInput(
        `${people.file.name} has no record: below the row that names the columns no line can be read.`,
      );
    telling.say(`${people.file.name}: ${persons.length - before} records`);
  }
  const personAt = pairs ? personsOfPairs(rows, pairs, isLinking) : personsOfColumn(rows, truthColumn!);
  const sides = isLinking ? rows.map(({ side }) => side) : undefined;
  const matching = await findLinks(persons, { ...(sides && { sides }), onProgress: telling.onProgress });
  const judged: Judged = { matching, personAt, sides, isOneToOne: asked.isOneToOne };
  return {
    records,
    mode: isLinking ? 'link' : 'deduplicate',
    fields: files.map(({ fields }) => Object.fromEntries(fields)),
    linesLeftOut,
    allPairs: matching.allPairs,
    candidatePairs: matching.candidates,
    truePairs: truePairs(judged),
    thresholds: shown(asked.thresholds).map((confidence) => qualityAt(confidence, judged)),
    calibration: calibration(judged),
    blocking: matching.blocking,
    model: modelOf(matching),
  };
}

/** What the settings say, among others. */
const shown = ({ propose, merge }: ProposalThresholds): number[] =>
  [...new Set([...SHOWN, propose, ...(merge === null ? [] : [merge])])].sort((a, b) => a - b);

async function openAll({ paths, map }: Asked, wishes: ColumnWishes): Promise<PeopleFile[]> {
  const files: PeopleFile[] = [];
  for (const path of paths) files.push(await openPeople(path, wishes));
  for (const theirs of [...map.keys(), ...wishes.apart])
    if (!files.some(({ header }) => header.columns.includes(theirs)))
      throw new WrongInput(
        `${files.map(({ file }) => file.name).join(' and ')}: there is no column ${theirs}. ${files.map(({ file, header }) => `${file.name} has: ${listed(header.columns)}`).join(' ')}`,
      );
  return files;
}

/** The column that holds the ids which the pairs name. */
async function idColumnOf({ file, header, fields }: PeopleFile, { pairs }: PairsRead): Promise<string> {
  const ids = new Set(pairs.flatMap(({ left, right }) => [left, right]));
  const columns = header.columns.filter((column) => !fields.has(column));
  const hits = new Map(columns.map((column) => [column, 0]));
  let looked = 0;
  for await (const record of separatedRecords(file, header)(() => undefined)) {
    for (const column of columns) if (ids.has(valueOf(record, column))) hits.set(column, hits.get(column)! + 1);
    looked += 1;
    if (looked === LOOKED_AT) break;
  }
  const [best] = [...hits].sort(([, a], [, b]) => b - a);
  if (best && best[1] > 0) return best[0];
  throw new WrongInput(
    `--truth: no column of ${file.name} holds ids that the pairs name. Say which one does: --id <column>. It has: ${listed(header.columns)}`,
  );
}

/** What was learned, for those who want to know why. */
const modelOf = ({ weights }: Matching) => ({
  shares: weights.shares,
  steps: weights.likelihoods.length,
  fields: Object.fromEntries(
    FIELDS.map(({ name, levels }, i) => [
      name,
      levels.map((level, at) => ({
        level: level.name,
        match: weights.match[i]![at + 1]!,
        stranger: weights.stranger[i]![at + 1]!,
        bits: Math.log2(weights.match[i]![at + 1]! / weights.stranger[i]![at + 1]!),
      })),
    ]),
  ),
});
