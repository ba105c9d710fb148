import { FIELDS } from './fields.ts';
import type { PatternCounts } from './pattern-counts.ts';

/** Probability of each level of each field, by the number of the level; the probability at 0, "missing", is 1: it says nothing. */
export type Table = readonly Float64Array[];

/**
 * What was learned of one set of records (Fellegi-Sunter with three classes of pairs): one person, two people of a household, strangers.
 * The second keeps a family at one address with one telephone from looking like one person.
 */
export interface Weights {
  readonly match: Table;
  readonly household: Table;
  readonly stranger: Table;
  /** How many of all pairs are of each class; together 1. */
  readonly shares: { readonly match: number; readonly household: number; readonly stranger: number };
  /** Log likelihood after each step, rising. */
  readonly likelihoods: readonly number[];
}

/** Candidates, whose class is unknown, and a sample of all other pairs, who are strangers. Weights are pairs that an entry stands for. */
export interface Observed {
  readonly candidates: PatternCounts;
  readonly outside: PatternCounts;
  /** Records of all sides: what was expected beforehand depends on it, nothing else. */
  readonly records: number;
}

const MOST_STEPS = 200;
/** A step that betters the log likelihood by less than this for each record is the last. */
const ENOUGH = 1e-5;
/** Pairs that the expectation counts for, beside those that are seen. */
const TRUST = { match: 12, contact: 20, stranger: 1 };
const SHARED_CONTACT = 0.3;

/** Expectation-maximisation over counted patterns; unsupervised. The posterior rises with every step. */
export function learnWeights(observed: Observed): Weights {
  const candidates = observed.candidates.patterns();
  const outside = observed.outside.patterns();
  const total = [...candidates, ...outside].reduce((sum, { weight }) => sum + weight, 0) || 1;
  const priors = { match: expected(), contact: expectedContact(), stranger: even() };
  const begun = counts();
  for (const { levels, weight } of [...candidates, ...outside]) tally(begun, levels, weight);
  let stranger = normal(begun, priors.stranger, TRUST.stranger);
  let match = priors.match;
  let household = householdOf({ match, stranger, contact: priors.contact });
  const few = Math.min(0.2, (0.1 * observed.records) / total);
  let shares = { match: few, household: few, stranger: 1 - 2 * few };
  const likelihoods: number[] = [];
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const [m, h, s] = [counts(), counts(), counts()];
    const sums = { match: 0.5, household: 0.5, stranger: 0.5 };
    let likelihood = 0;
    for (const { levels, weight } of candidates) {
      const pm = shares.match * product(match, levels);
      const ph = shares.household * product(household, levels);
      const ps = shares.stranger * product(stranger, levels);
      const all = pm + ph + ps;
      likelihood += weight * Math.log(all);
      tally(m, levels, (weight * pm) / all);
      tally(h, levels, (weight * ph) / all);
      tally(s, levels, (weight * ps) / all);
      sums.match += (weight * pm) / all;
      sums.household += (weight * ph) / all;
      sums.stranger += (weight * ps) / all;
    }
    for (const { levels, weight } of outside) {
      likelihood += weight * Math.log(shares.stranger * product(stranger, levels));
      tally(s, levels, weight);
      sums.stranger += weight;
    }
    likelihood +=
      priorOf({ match, household, stranger }, priors) +
      0.5 * Math.log(shares.match * shares.household * shares.stranger);
    const before = likelihoods.at(-1) ?? Number.NEGATIVE_INFINITY;
    likelihoods.push(likelihood);
    if (likelihood - before < ENOUGH * observed.records) break;
    const matchCounts = FIELDS.map((field, i) => (field.shared === 'household' ? plus(m[i]!, h[i]!) : m[i]!));
    const strangerCounts = FIELDS.map((field, i) => (field.shared === 'person' ? plus(s[i]!, h[i]!) : s[i]!));
    match = atMost(normal(matchCounts, priors.match, TRUST.match));
    stranger = normal(strangerCounts, priors.stranger, TRUST.stranger);
    household = householdOf({ match, stranger, contact: normal(h, priors.contact, TRUST.contact) });
    const sum = sums.match + sums.household + sums.stranger;
    shares = { match: sums.match / sum, household: sums.household / sum, stranger: sums.stranger / sum };
  }
  return { match, household, stranger, shares, likelihoods };
}

function product(table: Table, levels: Uint8Array): number {
  let p = 1;
  for (let i = 0; i < levels.length; i += 1) p *= table[i]![levels[i]!]!;
  return p;
}

const counts = (): Float64Array[] => FIELDS.map(({ levels }) => new Float64Array(levels.length + 1));

function tally(into: Float64Array[], levels: Uint8Array, weight: number): void {
  for (let i = 0; i < levels.length; i += 1) into[i]![levels[i]!]! += weight;
}

const plus = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value + b[i]!);

/** Counts with what was expected beforehand, as probabilities within each context. */
function normal(seen: readonly Float64Array[], prior: Table, trust: number): Table {
  return FIELDS.map(({ levels }, i) => {
    const row = seen[i]!.map((count, level) => (level === 0 ? 0 : count + trust * prior[i]![level]!));
    const sums = new Map<number, number>();
    for (const [at, { context }] of levels.entries()) sums.set(context, (sums.get(context) ?? 0) + row[at + 1]!);
    return row.map((value, level) => (level === 0 ? 1 : value / sums.get(levels[level - 1]!.context)!));
  });
}

/**
 * Of records of one person no larger share differs in a field: more would mean that something else was learned, namesakes perhaps. People
 * move and change their telephone; their birth date they keep.
 */
const MOST_DIFFERENT = { person: 0.25, household: 0.4, contact: 0.4 };

/** The best table within that bound. A field that goes with another may well differ where the other one does. */
function atMost(table: Table): Table {
  return FIELDS.map(({ shared, levels }, i) => {
    const most = MOST_DIFFERENT[shared];
    const at = levels.findIndex(({ name }) => name === 'different') + 1;
    const different = table[i]![at]!;
    if (at === 0 || different <= most) return table[i]!;
    const { context } = levels[at - 1]!;
    const others = (1 - most) / (1 - different);
    return table[i]!.map((p, level) =>
      level === at ? most : level > 0 && levels[level - 1]!.context === context ? p * others : p,
    );
  });
}

const expected = (): Table =>
  FIELDS.map(({ levels }) => Float64Array.from([1, ...levels.map((each) => each.expected)]));

const even = (): Table =>
  FIELDS.map(({ levels }) =>
    Float64Array.from([
      1,
      ...levels.map((level) => 1 / levels.filter(({ context }) => context === level.context).length),
    ]),
  );

/** Most people of a household write from addresses of their own. */
const expectedContact = (): Table =>
  FIELDS.map(({ levels }) =>
    Float64Array.from([
      1,
      ...levels.map(
        ({ name, expected: of }) => SHARED_CONTACT * of + (name.startsWith('different') ? 1 - SHARED_CONTACT : 0),
      ),
    ]),
  );

function householdOf({ match, stranger, contact }: { match: Table; stranger: Table; contact: Table }): Table {
  const of = { person: stranger, household: match, contact };
  return FIELDS.map(({ shared }, i) => of[shared][i]!);
}

/** The logarithm of the prior, of the tables that are free. */
function priorOf(
  now: { match: Table; household: Table; stranger: Table },
  priors: { match: Table; contact: Table; stranger: Table },
): number {
  let sum = 0;
  for (const [i, { shared, levels }] of FIELDS.entries())
    for (let level = 1; level <= levels.length; level += 1) {
      sum += TRUST.match * priors.match[i]![level]! * Math.log(now.match[i]![level]!);
      sum += TRUST.stranger * priors.stranger[i]![level]! * Math.log(now.stranger[i]![level]!);
      if (shared === 'contact') sum += TRUST.contact * priors.contact[i]![level]! * Math.log(now.household[i]![level]!);
    }
  return sum;
}
