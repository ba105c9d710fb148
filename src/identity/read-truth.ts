import type { Complain } from '../import/import-source.ts';
import { columnName, separatorOf } from '../import/read-records.ts';
import { readPieces } from '../import/read-pieces.ts';
import { type Row, RowReader } from '../import/read-rows.ts';
import { fileAt } from './read-people.ts';
import { WrongInput } from './wrong-input.ts';

/** Two records that are one person, by the ids of the files; `left` is of the first file where there are two. */
export interface TruePair {
  readonly left: string;
  readonly right: string;
}

const LEFT = /(?:^|_)(?:l|left|1|a|source|from)$|^(?:id|rec_id|record)(?:1|a)$/;
const RIGHT = /(?:^|_)(?:r|right|2|b|target|to)$|^(?:id|rec_id|record)(?:2|b)$/;
const ID = /id/;
const SCORE = /score|label|match|^is_|same|truth|class/;
const NO = /^(?:0(?:\.[0-4]\d*)?|0?\.[0-4]\d*|-1(?:\.0)?|false|f|no|n|non-?match|different)$/i;

export interface PairsRead {
  readonly pairs: readonly TruePair[];
  /** The first row: names of the columns, or the first pair where its two values are ids. */
  readonly first: TruePair;
}

/**
 * Pairs of a separated file: two columns of ids, with or without names in the first row. Of more columns those are taken whose names
 * tell the sides (`unique_id_l`, `id1`, `left`); a column of scores or labels says which rows are no pairs.
 */
export async function readTruePairs(path: string, complain: Complain): Promise<PairsRead> {
  const file = await fileAt(path);
  const pairs: TruePair[] = [];
  const broken = (line: number) => complain({ file: file.name, line }, 'The line cannot be read; it is left out.');
  let reader: RowReader | null = null;
  let columns: Columns | null = null;
  let first: TruePair = { left: '', right: '' };
  const take = ({ fields, line }: Row) => {
    const isFirst = columns === null;
    columns ??= columnsOf(fields.map(columnName), file.name);
    const pair = { left: fields[columns.left]?.trim() ?? '', right: fields[columns.right]?.trim() ?? '' };
    if (isFirst) first = pair;
    else if (columns.score >= 0 && NO.test(fields[columns.score]?.trim() ?? '')) return;
    else if (pair.left === '' || pair.right === '')
      complain({ file: file.name, line }, 'The line does not name two records; it is left out.');
    else pairs.push(pair);
  };
  for await (const piece of readPieces(file)) {
    reader ??= new RowReader(separatorOf(piece), broken);
    for (const row of reader.take(piece)) take(row);
  }
  for (const row of reader?.take('', true) ?? []) take(row);
  if (pairs.length === 0)
    throw new WrongInput(
      `--truth: ${file.name} names no pair. Its first row names the columns, and each line below it two records of one person by their ids.`,
    );
  return { pairs, first };
}

interface Columns {
  readonly left: number;
  readonly right: number;
  /** -1: every line is a pair. */
  readonly score: number;
}

function columnsOf(names: readonly string[], file: string): Columns {
  if (names.length < 2) throw new WrongInput(`${file} needs two columns: the ids of the two records of each pair.`);
  if (names.length === 2) return { left: 0, right: 1, score: -1 };
  const score = names.findIndex((name) => SCORE.test(name));
  const sided = (side: RegExp) => {
    const at = names.flatMap((name, i) => (i !== score && side.test(name) ? [i] : []));
    return at.find((i) => ID.test(names[i]!)) ?? at[0] ?? -1;
  };
  const [left, right] = [sided(LEFT), sided(RIGHT)];
  return left >= 0 && right >= 0 && left !== right ? { left, right, score } : { left: 0, right: 1, score };
}
