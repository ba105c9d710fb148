import { seededRandom } from '../../../values/seeded-random.ts';
import type { CustomerId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import type { Comparable } from '../matching/comparable.ts';
import { comparePersons } from '../matching/compare-persons.ts';
import { FIELDS } from '../matching/fields.ts';
import { countedValues } from '../matching/frequencies.ts';
import { learnWeights, type Table } from '../matching/learn-weights.ts';
import { PatternCounts } from '../matching/pattern-counts.ts';
import { BEYOND_KEYS, membersOf, pairsOf, planBlocks, walkBlocks } from './match-blocks.ts';
import { keysOf } from './match-keys.ts';
import { hashedValue, readMatchModel, type MatchModel, type StoredWeights } from './match-model.ts';
import { PersonMemory } from './person-memory.ts';
import { readPersonRecords } from './person-records.ts';

/** Persons whose values are counted, and pairs from which is learned, at most: more change nothing that can be seen. Memory follows the persons. */
const MOST_LEARNED_FROM = 20_000;
const MOST_PAIRS = 500_000;
const AT_ONCE = 1_000;
/** Pairs that no key brings together, for each person and at most. */
const OUTSIDE = { each: 40, most: 100_000 };
/** A value that fewer have counts like one of its own. */
const COMMON_FROM = 3;
const MOST_COMMON = 50_000;

/** Told again and again how many blocks of how many were looked at. */
export type OnLearning = (done: number, total: number) => void;

type Sample = readonly { readonly id: CustomerId; readonly record: Comparable }[];

/**
 * Learns from the stored persons how much each field says, and stores it as the next version. Nobody has to mark examples. All persons must
 * have their keys. Null: there are no two.
 */
export async function learnMatchModel(
  scope: Scope,
  onProgress: OnLearning = () => undefined,
): Promise<MatchModel | null> {
  const { sql } = scope.db;
  const [counted] = await sql<{ count: number }[]>`
    select count(distinct customer_id)::int as count from match_keys`;
  const personCount = counted!.count;
  if (personCount < 2) return null;
  const sample = await readSample(scope, personCount);
  const levels = new Uint8Array(FIELDS.length);
  const { candidates, candidatePairs } = await countCandidates(scope, onProgress);
  const outside = new PatternCounts();
  const pairs = outsidePairs(sample);
  const strangers = Math.max(0, (personCount * (personCount - 1)) / 2 - candidatePairs);
  for (const [a, b] of pairs) {
    comparePersons(a, b, levels);
    outside.add(levels, strangers / pairs.length);
  }
  const { match, household, stranger, shares } = learnWeights({ candidates, outside, records: personCount });
  const toRows = (table: Table) => table.map((row) => [...row]);
  const weights: StoredWeights = {
    ...{ match: toRows(match), household: toRows(household), stranger: toRows(stranger) },
    shares,
  };
  await sql`
    insert into match_weights (version, person_count, weights, common_values, counted_persons, learned_at)
    select coalesce(max(version), 0) + 1, ${personCount}, ${sql.json(weights as never)}, ${sql.json(commonIn(sample))}, ${sample.length},
      ${scope.now}
    from match_weights
    on conflict do nothing`;
  await sql`delete from match_weights where version < (select max(version) from match_weights) - 4`;
  return readMatchModel(sql);
}

/**
 * How pairs compare whom a key brings together. Keys are hashes, so the first of them are a sample of all; a pair that stands in several blocks is
 * seen so much oftener, and each time counts for so much less.
 */
async function countCandidates({ db: { sql } }: Scope, onProgress: OnLearning) {
  const plan = await planBlocks(sql);
  const share = Math.min(1, MOST_PAIRS / Math.max(1, plan.pairs));
  const total = Math.ceil(plan.blocks * share);
  const memory = new PersonMemory(sql);
  const candidates = new PatternCounts();
  const levels = new Uint8Array(FIELDS.length);
  let [candidatePairs, done] = [0, 0];
  for await (const blocks of walkBlocks(sql, { after: -1, upTo: Math.ceil(BEYOND_KEYS * share) })) {
    const persons = await memory.read(membersOf(blocks));
    for (const { a, b, inBlocks } of pairsOf(blocks, persons, plan.crowded)) {
      comparePersons(a.whole, b.whole, levels);
      candidates.add(levels, 1 / (inBlocks * share));
      candidatePairs += 1 / (inBlocks * share);
    }
    done += blocks.length;
    onProgress(Math.min(done, total), total);
  }
  return { candidates, candidatePairs };
}

/** Persons with keys, by a hash of their ids: from all times alike, and the same ones each time. */
async function readSample({ db: { sql } }: Scope, personCount: number): Promise<Sample> {
  const every = Math.max(1, Math.ceil(personCount / MOST_LEARNED_FROM));
  const sample: { id: CustomerId; record: Comparable }[] = [];
  for (let after = ''; ;) {
    const ids = await sql<{ id: CustomerId }[]>`
      select distinct customer_id as id from match_keys
      where customer_id > ${after} and abs(hashtext(customer_id)::bigint) % ${every} = 0
      order by customer_id limit ${AT_ONCE}`;
    if (ids.length === 0) return sample;
    const persons = await readPersonRecords(
      sql,
      ids.map(({ id }) => id),
    );
    for (const { id, whole } of persons.values()) sample.push({ id, record: whole });
    after = ids.at(-1)!.id;
  }
}

/** Pairs at random, the same each time, that have no key in common. */
function outsidePairs(sample: Sample): (readonly [Comparable, Comparable])[] {
  const next = seededRandom(1);
  const found: (readonly [Comparable, Comparable])[] = [];
  const tries = Math.min(OUTSIDE.most, OUTSIDE.each * sample.length);
  for (let i = 0; i < tries; i += 1) {
    const a = sample[Math.floor(next() * sample.length)]!.record;
    const b = sample[Math.floor(next() * sample.length)]!.record;
    if (a === b) continue;
    const ours = new Set(keysOf(a));
    if (!keysOf(b).some((key) => ours.has(key))) found.push([a, b]);
  }
  return found;
}

function commonIn(sample: Sample): [number, number][] {
  const counts = new Map<number, number>();
  for (const { record } of sample)
    for (const [field, value] of countedValues(record)) {
      const key = hashedValue(field, value);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  return [...counts]
    .filter(([, count]) => count >= COMMON_FROM)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_COMMON);
}
