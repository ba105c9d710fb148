import { seededRandom } from '../../../values/seeded-random.ts';
import type { CustomerId } from '../../../values/ids.ts';
import type { Scope } from '../../scope.ts';
import type { Comparable } from '../matching/comparable.ts';
import { comparePersons } from '../matching/compare-persons.ts';
import { FIELDS } from '../matching/fields.ts';
import { countedValues } from '../matching/frequencies.ts';
import { learnWeights, type Table } from '../matching/learn-weights.ts';
import { PatternCounts } from '../matching/pattern-counts.ts';
import { blockMates, keysOf } from './match-keys.ts';
import { hashedValue, readMatchModel, type MatchModel, type StoredWeights } from './match-model.ts';
import { readPersonRecords } from './person-records.ts';

/** Persons from whom is learned, at most: more change nothing that can be seen, and memory follows them. */
const MOST_LEARNED_FROM = 20_000;
const AT_ONCE = 200;
/** Pairs that no key brings together, for each person and at most. */
const OUTSIDE = { each: 40, most: 100_000 };
/** A value that fewer have counts like one of its own. */
const COMMON_FROM = 3;
const MOST_COMMON = 50_000;

type Sample = readonly { readonly id: CustomerId; readonly record: Comparable }[];

/**
 * Learns from the stored persons how much each field says, and stores it as the next version. Nobody has to mark examples. All persons must
 * have their keys. Null: there are no two.
 */
export async function learnMatchModel(
  scope: Scope,
  onProgress: (done: number, total: number) => void = () => undefined,
): Promise<MatchModel | null> {
  const { sql } = scope.db;
  const [counted] = await sql<{ count: number }[]>`
    select count(distinct customer_id)::int as count from match_keys`;
  const personCount = counted!.count;
  if (personCount < 2) return null;
  const sample = await readSample(scope, personCount);
  const share = personCount / sample.length;
  const levels = new Uint8Array(FIELDS.length);
  const candidates = new PatternCounts();
  let candidatePairs = 0;
  for (let at = 0; at < sample.length; at += AT_ONCE) {
    const some = sample.slice(at, at + AT_ONCE);
    const mates = await blockMates(
      sql,
      some.map(({ id }) => id),
    );
    const others = await readPersonRecords(sql, [...new Set([...mates.values()].flat())]);
    for (const { id, record } of some)
      for (const mateId of mates.get(id) ?? []) {
        const mate = others.get(mateId);
        if (!mate) continue;
        comparePersons(record, mate.whole, levels);
        // Each pair comes from either side.
        candidates.add(levels, share / 2);
        candidatePairs += share / 2;
      }
    onProgress(Math.min(at + AT_ONCE, sample.length), sample.length);
  }
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

/** Persons with keys, by a hash of their ids: from all times alike, and the same ones each time. */
async function readSample({ db: { sql } }: Scope, personCount: number): Promise<Sample> {
  const every = Math.max(1, Math.ceil(personCount / MOST_LEARNED_FROM));
  const sample: { id: CustomerId; record: Comparable }[] = [];
  for (let after = ''; ;) {
    const ids = await sql<{ id: CustomerId }[]>`
      select distinct customer_id as id from match_keys
      where customer_id > ${after} and abs(hashtext(customer_id)::bigint) % ${every} = 0
      order by customer_id limit ${AT_ONCE * 5}`;
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
