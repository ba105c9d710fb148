import { seededRandom } from '../../../values/seeded-random.ts';
import { type BlockReport, Blocks } from './blocks.ts';
import { type Comparable, type PersonRecord, toComparable } from './comparable.ts';
import { comparePersons } from './compare-persons.ts';
import { FIELDS } from './fields.ts';
import { Frequencies } from './frequencies.ts';
import { learnWeights, type Weights } from './learn-weights.ts';
import { PatternCounts } from './pattern-counts.ts';
import { confidenceOf, PairScorer } from './score-pair.ts';

/** Two records that may be one person, by their numbers in `Matching.records`. */
export interface Link {
  readonly a: number;
  readonly b: number;
  /** 0 to 1. */
  readonly confidence: number;
}

export interface Matching {
  /** In an order of their own, which does not depend on the order in which they came. */
  readonly records: readonly Comparable[];
  /** Where each of them stood in what was handed in. */
  readonly cameAt: Int32Array;
  /** Best first. */
  readonly links: readonly Link[];
  readonly scorer: PairScorer;
  readonly weights: Weights;
  readonly blocking: readonly BlockReport[];
  /** Pairs that were compared, and pairs that there are. */
  readonly candidates: number;
  readonly allPairs: number;
}

export interface Finding {
  /** Which list each record is of, where two lists are linked: only records of different lists are compared. */
  readonly sides?: readonly (0 | 1)[];
  /** Told again and again while it runs. `total` is known from the first call on, at most. */
  readonly onProgress?: (step: 'learn' | 'score', done: number, total: number) => void;
}

/** Links below this confidence are not kept: nobody would look at them. */
const KEEP_FROM = 0.05;
/** Pairs from which the weights are learned, at most. More change nothing that can be seen. */
const MOST_LEARNED = 1_000_000;
/** Pairs outside of all blocks that are looked at, for each record and at most. */
const OUTSIDE_SAMPLE = { each: 40, most: 100_000 };
/** Pairs between two breaths: whatever else runs in this process goes on. */
const BREATH = 20_000;

/**
 * Who may be one person, among records of one list or of two. Learns what each field is worth from the records alone, then scores every
 * candidate pair. Memory follows the records and the links that are found, never the pairs. The order of the records changes nothing.
 */
export async function findLinks(
  persons: readonly PersonRecord[],
  { sides, onProgress }: Finding = {},
): Promise<Matching> {
  const { records, cameAt } = inOwnOrder(persons, sides);
  const sideOf = sides ? Uint8Array.from(cameAt, (at) => sides[at]!) : null;
  const blocks = new Blocks(records, sideOf ? (a, b) => sideOf[a] !== sideOf[b] : undefined);
  const told = (step: 'learn' | 'score') => breather((done) => onProgress?.(step, done, blocks.size), blocks);
  const allPairs = pairsOf(records.length, sideOf);
  const learned = await learn(records, blocks, { allPairs, sideOf, breathe: told('learn') });
  const scorer = new PairScorer(learned.weights, Frequencies.of(records));
  const links: Link[] = [];
  const breathe = told('score');
  for (const [a, b] of blocks.pairs()) {
    const breath = breathe();
    if (breath) await breath;
    const confidence = confidenceOf(scorer.logOdds(records[a]!, records[b]!));
    if (confidence >= KEEP_FROM) links.push({ a, b, confidence });
  }
  onProgress?.('score', blocks.size, blocks.size);
  links.sort((one, other) => other.confidence - one.confidence || one.a - other.a || one.b - other.b);
  return { records, cameAt, links, scorer, ...learned, blocking: blocks.report, allPairs };
}

/** Sorted by name, birth date, address: neighbours in a large block are then those that are most alike. */
function inOwnOrder(persons: readonly PersonRecord[], sides: readonly (0 | 1)[] | undefined) {
  const sorted = persons
    .map((person, at) => {
      const record = toComparable(person);
      const { family, given, birth, street, houseNumber } = record;
      const key = [
        family.text,
        given.text,
        birth,
        street.text,
        houseNumber,
        JSON.stringify(record),
        sides?.[at] ?? '',
      ].join('\0');
      return { record, at, key };
    })
    .sort((one, other) => (one.key < other.key ? -1 : one.key > other.key ? 1 : 0));
  return { records: sorted.map(({ record }) => record), cameAt: Int32Array.from(sorted, ({ at }) => at) };
}

function pairsOf(records: number, sideOf: Uint8Array | null): number {
  if (!sideOf) return (records * (records - 1)) / 2;
  const ones = sideOf.reduce((sum, side) => sum + side, 0);
  return ones * (records - ones);
}

interface Learning {
  readonly allPairs: number;
  readonly sideOf: Uint8Array | null;
  readonly breathe: () => Promise<void> | undefined;
}

async function learn(records: readonly Comparable[], blocks: Blocks, { allPairs, sideOf, breathe }: Learning) {
  const levels = new Uint8Array(FIELDS.length);
  const every = Math.ceil(blocks.size / MOST_LEARNED);
  const inside = new PatternCounts();
  let candidates = 0;
  for (const [a, b] of blocks.pairs()) {
    candidates += 1;
    if (candidates % every !== 0) continue;
    const breath = breathe();
    if (breath) await breath;
    comparePersons(records[a]!, records[b]!, levels);
    inside.add(levels, every);
  }
  const pairs = outsidePairs(records.length, blocks, sideOf);
  const outside = new PatternCounts();
  for (const [a, b] of pairs) {
    comparePersons(records[a]!, records[b]!, levels);
    outside.add(levels, (allPairs - candidates) / pairs.length);
  }
  return { candidates, weights: learnWeights({ candidates: inside, outside, records: records.length }) };
}

/** Pairs at random, the same each time, that no block brings together. */
function outsidePairs(records: number, blocks: Blocks, sideOf: Uint8Array | null): [number, number][] {
  const next = seededRandom(1);
  const found: [number, number][] = [];
  const tries = Math.min(OUTSIDE_SAMPLE.most, OUTSIDE_SAMPLE.each * records);
  for (let i = 0; i < tries; i += 1) {
    const [a, b] = [Math.floor(next() * records), Math.floor(next() * records)];
    if (a !== b && (!sideOf || sideOf[a] !== sideOf[b]) && !blocks.has(a, b)) found.push([a, b]);
  }
  return found;
}

function breather(tell: (done: number) => void, blocks: Blocks): () => Promise<void> | undefined {
  let pairs = 0;
  return () => {
    pairs += 1;
    if (pairs % BREATH !== 0) return undefined;
    tell(blocks.visited);
    return new Promise<void>((resolve) => setImmediate(resolve));
  };
}
