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

/** How common each value of a field is: a shared "Smith" is weaker evidence than a shared "Koskenkorva", a switchboard's number than a mobile's. */
export class Frequencies implements SharedValues {
  private readonly counts = new Map<number, Map<string, number>>();
  private readonly records: number;

  constructor(records: readonly Comparable[]) {
    this.records = records.length;
    for (const [field, values] of COUNTED) {
      const counts = new Map<string, number>();
      for (const record of records)
        for (const value of values(record)) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
      this.counts.set(field, counts);
    }
  }

  /** The chance that another record has what these two have in common; null where the field is not counted or nothing is the same. */
  ofShared(field: number, a: Comparable, b: Comparable): number | null {
    const counts = this.counts.get(field);
    const values = VALUES.get(field);
    if (!counts || !values) return null;
    const theirs = values(b);
    let least: number | null = null;
    for (const value of values(a)) {
      if (value === '' || !theirs.includes(value)) continue;
      const others = Math.max(1, (counts.get(value) ?? 1) - 1) / Math.max(1, this.records - 1);
      if (least === null || others < least) least = others;
    }
    return least;
  }
}

const VALUES = new Map(COUNTED);
