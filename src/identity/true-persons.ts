import { type PairsRead, type TruePair } from './read-truth.ts';
import { WrongInput } from './wrong-input.ts';

/** What a row says of who it is: its value in the column of the truth or of the ids, and the file it is of. */
export interface Named {
  readonly name: string;
  readonly side: 0 | 1;
}

/** The ids of the Febrl generator tell the person: `rec-17-org` and `rec-17-dup-0` are one. */
const FEBRL = /^rec-(\d+)-(?:org|dup(?:-\d+)?)$/;

/** Persons by the values of a column: rows with the same value are one person, a row without value is somebody of their own. */
export function personsOfColumn(rows: readonly Named[], column: string): number[] {
  const values = rows.map(({ name }) => name);
  const told = values.filter((value) => value !== '');
  if (told.length === 0)
    throw new WrongInput(
      `--truth: the column ${column} is empty in every record. Name the column that is the same for all records of a person, or a file of pairs.`,
    );
  const isEachOnce = new Set(told).size === told.length;
  const isFebrl = isEachOnce && told.every((value) => FEBRL.test(value));
  if (isEachOnce && !isFebrl)
    throw new WrongInput(
      `--truth: no value of the column ${column} stands twice, so it makes no two records one person. Name the column that is the same for all records of a person, or a file of pairs.`,
    );
  const numbers = new Map<string, number>();
  return values.map((value, i) => {
    const key = value === '' ? `row ${i}` : isFebrl ? FEBRL.exec(value)![1]! : `value ${value}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
}

/** Persons by pairs of ids, and whom they pair further: where A is B and B is C, A is C. */
export function personsOfPairs(rows: readonly Named[], { pairs, first }: PairsRead, isLinking: boolean): number[] {
  const at = new Map<string, number[]>();
  const keyOf = (name: string, side: number) => `${isLinking ? side : 0} ${name}`;
  for (const [i, { name, side }] of rows.entries())
    if (name !== '') at.set(keyOf(name, side), [...(at.get(keyOf(name, side)) ?? []), i]);
  const find = ({ left, right }: TruePair) => {
    const sides = (one: string, other: string) => [at.get(keyOf(one, 0)), at.get(keyOf(other, 1))] as const;
    const [a, b] = sides(left, right);
    // Whoever wrote the pairs may have the files in the other order.
    return a && b ? [...a, ...b] : (isLinking ? sides(right, left) : []).flatMap((each) => each ?? []);
  };
  const personAt = rows.map((_, i) => i);
  const root = (i: number): number => {
    let found = i;
    while (personAt[found] !== found) {
      personAt[found] = personAt[personAt[found]!]!;
      found = personAt[found]!;
    }
    return found;
  };
  let unknown = 0;
  for (const [number, pair] of [first, ...pairs].entries()) {
    const found = find(pair);
    if (found.length < 2) {
      // The first row may be names of columns.
      if (number > 0) unknown += 1;
      continue;
    }
    for (const other of found.slice(1)) personAt[root(other)] = root(found[0]!);
  }
  if (pairs.length === 0 || unknown * 2 > pairs.length)
    throw new WrongInput(
      `--truth: of ${pairs.length} pairs ${unknown} name ids that are not there. Say which column holds the ids: --id <column>.`,
    );
  return rows.map((_, i) => root(i));
}
