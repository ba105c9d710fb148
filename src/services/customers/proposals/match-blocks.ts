import type { Sql } from '../../../database/open-database.ts';
import type { CustomerId } from '../../../values/ids.ts';
import { MOST_IN_BLOCK } from './match-keys.ts';
import type { RememberedPerson } from './person-memory.ts';

/** Persons who have one key, few enough to be all compared. */
export interface Block {
  readonly key: number;
  readonly ids: readonly CustomerId[];
}

/** All blocks, before any is read. */
export interface BlockPlan {
  readonly blocks: number;
  /** A pair that stands in several blocks counts in each. */
  readonly pairs: number;
  /** Keys that too many have: they bring nobody together. */
  readonly crowded: ReadonlySet<number>;
}

/** Two persons of a block, and in how many blocks the two stand. */
export interface BlockPair {
  readonly a: RememberedPerson;
  readonly b: RememberedPerson;
  readonly inBlocks: number;
  /** No block before this one has brought them. */
  readonly isFirst: boolean;
}

/** Above every key. */
export const BEYOND_KEYS = 2 ** 52;
/** Blocks that are read at a time. */
const AT_ONCE = 200;

export async function planBlocks(sql: Sql): Promise<BlockPlan> {
  const [row] = await sql<{ blocks: number; pairs: number; crowded: number[] }[]>`
    select count(*) filter (where size <= ${MOST_IN_BLOCK})::int as blocks,
      coalesce(sum(size * (size - 1) / 2) filter (where size <= ${MOST_IN_BLOCK}), 0)::float8 as pairs,
      coalesce(array_agg(key) filter (where size > ${MOST_IN_BLOCK}), '{}') as crowded
    from (select key, count(*) as size from match_keys group by key having count(*) > 1) as sized`;
  return { ...row!, crowded: new Set(row!.crowded) };
}

/** Blocks in the order of their keys, some at a time: those with a key above one and at most another. The next are read while these are worked on. */
export async function* walkBlocks(
  sql: Sql,
  { after, upTo = BEYOND_KEYS }: { after: number; upTo?: number },
): AsyncGenerator<Block[]> {
  const read = (above: number) => {
    const reading = readBlocks(sql, above, upTo);
    reading.catch(() => undefined);
    return reading;
  };
  for (let next = read(after); ;) {
    const blocks = await next;
    const last = blocks.at(-1);
    if (!last) return;
    next = read(last.key);
    yield blocks;
  }
}

// The keys themselves decide the order of reading: the index has it, and no more than these blocks is read of it.
const readBlocks = (sql: Sql, above: number, upTo: number): Promise<Block[]> =>
  sql<Block[]>`
    select key, array_agg(customer_id) as ids from match_keys
    where key > ${above} and key <= ${upTo}
    group by key having count(*) between 2 and ${MOST_IN_BLOCK}
    order by key limit ${AT_ONCE}`.then((rows) => [...rows]);

/** The pairs of these blocks, in an order of their own; who is not among the persons is nobody now. */
export function* pairsOf(
  blocks: readonly Block[],
  persons: ReadonlyMap<CustomerId, RememberedPerson>,
  crowded: ReadonlySet<number>,
): Generator<BlockPair> {
  for (const { key, ids } of blocks) {
    const known = ids.toSorted().flatMap((id) => persons.get(id) ?? []);
    for (const [i, a] of known.entries())
      for (const b of known.slice(i + 1)) {
        const { count, first } = sharedKeys(a.keys, b.keys, crowded);
        // Their keys may have changed since the block was read: then somebody looks at them anyway.
        if (count > 0) yield { a, b, inBlocks: count, isFirst: first === key };
      }
  }
}

/** Everybody in these blocks. */
export const membersOf = (blocks: readonly Block[]): ReadonlySet<CustomerId> =>
  new Set(blocks.flatMap(({ ids }) => ids));

/** Both in rising order. */
function sharedKeys(
  ours: readonly number[],
  theirs: readonly number[],
  crowded: ReadonlySet<number>,
): { count: number; first: number } {
  let [count, first] = [0, -1];
  for (let i = 0, j = 0; i < ours.length && j < theirs.length;) {
    const difference = ours[i]! - theirs[j]!;
    if (difference === 0 && !crowded.has(ours[i]!)) {
      if (count === 0) first = ours[i]!;
      count += 1;
    }
    if (difference <= 0) i += 1;
    if (difference >= 0) j += 1;
  }
  return { count, first };
}
