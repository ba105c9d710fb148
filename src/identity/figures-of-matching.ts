import type { Matching } from '../services/customers/matching/find-links.ts';
import { groupLinks } from '../services/customers/matching/group-links.ts';

/** How many of the pairs that were found are right, and how many of the right ones were found. */
export interface Quality {
  readonly found: number;
  readonly right: number;
  readonly wrong: number;
  readonly missed: number;
  /** Null where nothing was found. */
  readonly precision: number | null;
  /** Null where the truth holds no pair. */
  readonly recall: number | null;
  readonly f1: number | null;
}

export interface AtThreshold extends Quality {
  readonly confidence: number;
  /** Persons of more than one record. */
  readonly groups: number;
  /** The same, counted over single links instead of groups. */
  readonly links: Quality;
}

/** Links of a band of confidence: how sure they said to be, and how many are right. */
export interface Band {
  readonly from: number;
  readonly to: number;
  readonly links: number;
  readonly meanConfidence: number;
  readonly right: number;
}

export interface Judged {
  readonly matching: Matching;
  /** Of each record the person it truly is, by its number in what was handed in. */
  readonly personAt: readonly number[];
  readonly sides: readonly (0 | 1)[] | undefined;
  readonly isOneToOne: boolean;
}

const BANDS = [0.05, 0.2, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1];

export function qualityAt(confidence: number, judged: Judged): AtThreshold {
  const { matching, personAt, isOneToOne, sides } = judged;
  const groupOf = groupLinks(matching, { from: confidence, isOneToOne });
  const persons = Array.from(matching.cameAt, (at) => personAt[at]!);
  const sideOf = (i: number): 0 | 1 => sides?.[matching.cameAt[i]!] ?? 0;
  const pairs = (keys: readonly (number | string)[]) => pairsWithin(keys, sides ? sideOf : null);
  const groups = [...groupOf];
  const truth = pairs(persons);
  const right = pairs(groups.map((group, i) => `${group}:${persons[i]}`));
  const linked = matching.links.filter((link) => link.confidence >= confidence);
  const rightLinks = linked.filter(({ a, b }) => persons[a] === persons[b]).length;
  return {
    confidence,
    groups: [...sizesOf(groups).values()].filter((size) => size > 1).length,
    ...quality({ found: pairs(groups), right, truth }),
    links: quality({ found: linked.length, right: rightLinks, truth }),
  };
}

export const truePairs = ({ matching, personAt, sides }: Judged): number =>
  pairsWithin(
    Array.from(matching.cameAt, (at) => personAt[at]!),
    sides ? (i) => sides[matching.cameAt[i]!]! : null,
  );

/** How far a confidence can be believed. */
export function calibration({ matching, personAt }: Judged): Band[] {
  const isRight = ({ a, b }: { a: number; b: number }) =>
    personAt[matching.cameAt[a]!] === personAt[matching.cameAt[b]!];
  return BANDS.slice(0, -1).map((from, i) => {
    const to = BANDS[i + 1]!;
    const links = matching.links.filter(({ confidence }) => confidence >= from && (confidence < to || to === 1));
    const sum = links.reduce((total, { confidence }) => total + confidence, 0);
    const meanConfidence = links.length > 0 ? sum / links.length : 0;
    return { from, to, links: links.length, meanConfidence, right: links.filter(isRight).length };
  });
}

function quality({ found, right, truth }: { found: number; right: number; truth: number }): Quality {
  const ratio = (of: number, all: number) => (all > 0 ? of / all : null);
  return {
    found,
    right,
    wrong: found - right,
    missed: truth - right,
    precision: ratio(right, found),
    recall: ratio(right, truth),
    f1: ratio(2 * right, found + truth),
  };
}

function sizesOf<Key>(keys: readonly Key[]): Map<Key, number> {
  const sizes = new Map<Key, number>();
  for (const key of keys) sizes.set(key, (sizes.get(key) ?? 0) + 1);
  return sizes;
}

/** Pairs with the same key; with two sides, of one of each. */
function pairsWithin(keys: readonly (number | string)[], sideOf: ((i: number) => 0 | 1) | null): number {
  let pairs = 0;
  const all = sizesOf(keys);
  if (!sideOf) {
    for (const size of all.values()) pairs += (size * (size - 1)) / 2;
    return pairs;
  }
  const ones = sizesOf(keys.filter((_, i) => sideOf(i) === 1));
  for (const [key, size] of ones) pairs += size * (all.get(key)! - size);
  return pairs;
}
