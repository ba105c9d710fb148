import type { Sql } from '../../../database/open-database.ts';
import { Frequencies } from '../matching/frequencies.ts';
import type { Table, Weights } from '../matching/learn-weights.ts';
import { PairScorer } from '../matching/score-pair.ts';
import { hashed } from './match-keys.ts';

/** What tells how sure it is that two stored persons are one. */
export interface MatchModel {
  readonly version: number;
  /** Persons that there were when it was learned. */
  readonly personCount: number;
  readonly learnedAt: Date;
  readonly scorer: PairScorer;
}

/** Weights as they are stored. */
export type StoredWeights = Omit<Weights, 'likelihoods' | 'match' | 'household' | 'stranger'> & {
  readonly match: readonly (readonly number[])[];
  readonly household: readonly (readonly number[])[];
  readonly stranger: readonly (readonly number[])[];
};

/** A value of a field without the value itself. */
export const hashedValue = (field: number, value: string): number => hashed(`${field}\0${value}`);

interface Row {
  readonly version: number;
  readonly personCount: number;
  readonly weights: StoredWeights;
  readonly commonValues: readonly (readonly [hash: number, count: number])[];
  readonly countedPersons: number;
  readonly learnedAt: Date;
}

/** The newest model; `known` where that is still it. Null: nothing was learned yet. */
export async function readMatchModel(sql: Sql, known: MatchModel | null = null): Promise<MatchModel | null> {
  const [row] = await sql<Row[]>`
    select version, person_count, weights, common_values, counted_persons, learned_at from match_weights
    where version > ${known?.version ?? 0} order by version desc limit 1`;
  if (!row) return known;
  const { version, personCount, weights, commonValues, countedPersons, learnedAt } = row;
  const counts = new Map(commonValues);
  const values = new Frequencies((field, value) => counts.get(hashedValue(field, value)), countedPersons);
  const toTable = (table: readonly (readonly number[])[]): Table => table.map((levels) => Float64Array.from(levels));
  const { match, household, stranger, shares } = weights;
  const tables = { match: toTable(match), household: toTable(household), stranger: toTable(stranger) };
  return { version, personCount, learnedAt, scorer: new PairScorer({ ...tables, shares, likelihoods: [] }, values) };
}
