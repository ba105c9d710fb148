import type { Comparable } from './comparable.ts';
import type { SharedValues } from './score-pair.ts';

/** Fields whose rare values say more than common ones, with their number in FIELDS. */
const COUNTED: readonly (readonly [field: number, values: (record: Comparable) => readonly string[]])[] = [
  [0, ({ given }) => [given.text]],
  [1, ({ family }) => [family.text]],
  [2, ({ birth }) => [birth]],
  [3, ({ loyaltyIds }) => loyaltyIds],
  [4, ({ emails }) => emails.map(({ text }) => text)],
  [5, ({ phones }) => phones],
  [6, ({ street }) => [street.text]],
  [7, ({ houseNumber }) => [houseNumber]],
  [8, ({ unit }) => [unit.text]],
  [9, ({ postalCode }) => [postalCode]],
  [10, ({ city }) => [city.text]],
  [11, ({ region }) => [region]],
];

/** Every value of a record whose rarity counts, with the number of its field in FIELDS. */
export function* countedValues(record: Comparable): Generator<readonly [field: number, value: string]> {
  for (const [field, values] of COUNTED) for (const value of values(record)) if (value !== '') yield [field, value];
}

/** How common each value of a field is: a shared "Smith" is weaker evidence than a shared "Koskenkorva", a switchboard's number than a mobile's. */
export class Frequencies implements SharedValues {
  private readonly countOf: (field: number, value: string) => number | undefined;
  private readonly records: number;

  /** `countOf`: in how many of so many records a value stands; undefined: in one, as far as is known. */
  constructor(countOf: (field: number, value: string) => number | undefined, records: number) {
    this.countOf = countOf;
    this.records = records;
  }

  static of(records: readonly Comparable[]): Frequencies {
    const counts = COUNTED.map(() => new Map<string, number>());
    for (const record of records)
      for (const [field, value] of countedValues(record))
        counts[field]!.set(value, (counts[field]!.get(value) ?? 0) + 1);
    return new Frequencies((field, value) => counts[field]!.get(value), records.length);
  }

  /** The chance that another record has what these two have in common; null where the field is not counted or nothing is the same. */
  ofShared(field: number, a: Comparable, b: Comparable): number | null {
    const values = VALUES.get(field);
    if (!values) return null;
    const theirs = values(b);
    let least: number | null = null;
    for (const value of values(a)) {
      if (value === '' || !theirs.includes(value)) continue;
      const others = Math.max(1, (this.countOf(field, value) ?? 1) - 1) / Math.max(1, this.records - 1);
      if (least === null || others < least) least = others;
    }
    return least;
  }
}

const VALUES = new Map(COUNTED);
