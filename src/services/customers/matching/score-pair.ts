import type { Comparable } from './comparable.ts';
import { comparePersons } from './compare-persons.ts';
import { FIELDS, levelOf } from './fields.ts';
import type { Table, Weights } from './learn-weights.ts';

/** The chance that somebody else has what these two have in common in a field; null where nothing is known of it. */
export interface SharedValues {
  ofShared(field: number, a: Comparable, b: Comparable): number | null;
}

/** What one field says: bits above zero speak for one person, below against; each doubles or halves the odds. */
export interface FieldEvidence {
  readonly field: string;
  readonly level: string;
  readonly bits: number;
}

/** Tells of two persons how sure it is that they are one. */
export class PairScorer {
  private readonly logs: { readonly match: Table; readonly household: Table; readonly stranger: Table };
  private readonly shares: readonly [match: number, household: number, stranger: number];
  private readonly values: SharedValues;
  private readonly levels = new Uint8Array(FIELDS.length);

  constructor({ match, household, stranger, shares }: Weights, values: SharedValues) {
    const logs = (table: Table) => table.map((row) => row.map(Math.log));
    this.logs = { match: logs(match), household: logs(household), stranger: logs(stranger) };
    this.shares = [Math.log(shares.match), Math.log(shares.household), Math.log(shares.stranger)];
    this.values = values;
  }

  /** Natural logarithm of the odds; 0 is even. */
  logOdds(a: Comparable, b: Comparable): number {
    comparePersons(a, b, this.levels);
    let [match, household, stranger] = this.shares;
    for (let i = 0; i < FIELDS.length; i += 1) {
      const level = this.levels[i]!;
      if (level === 0) continue;
      match += this.logs.match[i]![level]!;
      household += this.logs.household[i]![level]!;
      stranger += this.logs.stranger[i]![level]!;
      const rarity = this.rarity(i, a, b);
      stranger += rarity;
      if (FIELDS[i]!.shared === 'person') household += rarity;
    }
    const most = Math.max(household, stranger);
    return match - most - Math.log(Math.exp(household - most) + Math.exp(stranger - most));
  }

  /** 0 to 1. */
  confidence(a: Comparable, b: Comparable): number {
    return confidenceOf(this.logOdds(a, b));
  }

  /** Field by field, against strangers; fields that one of them has not are left out. */
  evidence(a: Comparable, b: Comparable): FieldEvidence[] {
    comparePersons(a, b, this.levels);
    return FIELDS.flatMap(({ name, levels }, i) => {
      const level = this.levels[i]!;
      if (level === 0) return [];
      const log = this.logs.match[i]![level]! - this.logs.stranger[i]![level]! - this.rarity(i, a, b);
      return [{ field: name, level: levels[level - 1]!.name, bits: log / Math.LN2 }];
    });
  }

  /** How much likelier (a logarithm) strangers share this value than they share any. */
  private rarity(field: number, a: Comparable, b: Comparable): number {
    const level = this.levels[field]!;
    const { rarity } = levelOf(field, level);
    if (rarity === null) return 0;
    const chance = this.values.ofShared(field, a, b);
    if (chance === null) return 0;
    const likelier = Math.log(chance) - this.logs.stranger[field]![level]!;
    return rarity === 'told' ? likelier : Math.max(0, likelier);
  }
}

export const confidenceOf = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));
