import { BLOCKINGS } from './block-keys.ts';
import type { Comparable } from './comparable.ts';

/** Records of one block that are all compared with each other; in a larger one each is compared with those next to it. */
const MOST_IN_BLOCK = 50;
const NEIGHBOURS = 15;
/** Values of one field beyond this are not looked up: a person with a hundred addresses must not cost the square. */
const MOST_KEYS = 8;

/** What was done to keep the cost near linear. */
export interface BlockReport {
  readonly name: string;
  readonly blocks: number;
  /** Blocks of more than 50 records, compared with their neighbours only. */
  readonly windowed: number;
  readonly largest: number;
}

interface Way {
  /** The number of the block of each record, by key and record; -1 where it has none. */
  readonly slots: readonly Int32Array[];
  /** Its place in that block. */
  readonly places: readonly Int32Array[];
  readonly blocks: readonly Int32Array[];
}

/**
 * Which records are worth comparing. It holds a few numbers a record; the pairs themselves are made one after the other and never
 * stand in memory. Neighbours in a large block are those that the order of the records puts beside each other.
 */
export class Blocks {
  readonly report: readonly BlockReport[];
  /** Pairs in all blocks: a pair that stands in several is counted in each. */
  readonly size: number;
  /** How many of them the present run has come past. */
  visited = 0;
  private readonly ways: readonly Way[];
  private readonly isPair: (a: number, b: number) => boolean;

  constructor(records: readonly Comparable[], isPair: (a: number, b: number) => boolean = () => true) {
    this.isPair = isPair;
    const report: BlockReport[] = [];
    const ways: Way[] = [];
    for (const { name, keys } of BLOCKINGS) {
      const way = wayOf(records, keys);
      const sizes = way.blocks.map((block) => block.length);
      report.push({
        name,
        blocks: sizes.length,
        windowed: sizes.filter((size) => size > MOST_IN_BLOCK).length,
        largest: sizes.reduce((most, size) => Math.max(most, size), 0),
      });
      if (sizes.length > 0) ways.push(way);
    }
    this.report = report;
    this.ways = ways;
    this.size = ways.reduce((sum, { blocks }) => sum + blocks.reduce((of, { length }) => of + pairsIn(length), 0), 0);
  }

  /** Every candidate pair once, the smaller number first. */
  *pairs(): Generator<readonly [number, number]> {
    this.visited = 0;
    for (const [w, way] of this.ways.entries())
      for (const [number, block] of way.blocks.entries()) {
        yield* this.pairsOf(block, (a, b) => this.isPair(a, b) && !this.isEarlier(a, b, { w, number }));
        this.visited += pairsIn(block.length);
      }
  }

  private *pairsOf(block: Int32Array, isNew: (a: number, b: number) => boolean): Generator<readonly [number, number]> {
    const reach = block.length > MOST_IN_BLOCK ? NEIGHBOURS : block.length;
    for (let i = 0; i < block.length; i += 1)
      for (let j = i + 1; j < block.length && j <= i + reach; j += 1)
        if (isNew(block[i]!, block[j]!)) yield [block[i]!, block[j]!];
  }

  /** True where the pair is a candidate. */
  has(a: number, b: number): boolean {
    return this.ways.some((way) => firstIn(way, a, b) >= 0);
  }

  /** True where an earlier way, or an earlier block of this one, has brought the pair. */
  private isEarlier(a: number, b: number, { w, number }: { w: number; number: number }): boolean {
    for (let i = 0; i < w; i += 1) if (firstIn(this.ways[i]!, a, b) >= 0) return true;
    return firstIn(this.ways[w]!, a, b) !== number;
  }
}

/** The number of the first block of a way in which the two are compared; -1 where there is none. */
function firstIn({ slots, places, blocks }: Way, a: number, b: number): number {
  let found = -1;
  for (let i = 0; i < slots.length; i += 1) {
    const block = slots[i]![a]!;
    if (block < 0 || (found >= 0 && block >= found)) continue;
    for (let j = 0; j < slots.length; j += 1) {
      if (slots[j]![b] !== block) continue;
      const apart = Math.abs(places[i]![a]! - places[j]![b]!);
      if (apart <= NEIGHBOURS || blocks[block]!.length <= MOST_IN_BLOCK) found = block;
    }
  }
  return found;
}

/** Pairs of a block that are compared, at most. */
const pairsIn = (size: number): number => (size > MOST_IN_BLOCK ? size * NEIGHBOURS : (size * (size - 1)) / 2);

function wayOf(records: readonly Comparable[], keysOf: (record: Comparable) => readonly string[]): Way {
  const numbers = new Map<string, number>();
  const sizes: number[] = [];
  const all: number[][] = records.map((record) => {
    const keys = [...new Set(keysOf(record))].slice(0, MOST_KEYS);
    return keys.map((key) => {
      let number = numbers.get(key);
      if (number === undefined) {
        number = sizes.length;
        numbers.set(key, number);
        sizes.push(0);
      }
      sizes[number]! += 1;
      return number;
    });
  });
  // Alone in its block, a record has nobody to be compared with there.
  const renumbered = new Int32Array(sizes.length).fill(-1);
  const blocks: Int32Array[] = [];
  for (const [number, size] of sizes.entries())
    if (size > 1) {
      renumbered[number] = blocks.length;
      blocks.push(new Int32Array(size));
    }
  const filled = new Int32Array(blocks.length);
  const width = all.reduce((most, each) => Math.max(most, each.length), 0);
  const slots = Array.from({ length: width }, () => new Int32Array(records.length).fill(-1));
  const places = Array.from({ length: width }, () => new Int32Array(records.length));
  for (const [record, of] of all.entries())
    for (const [slot, number] of of.entries()) {
      const block = renumbered[number]!;
      if (block < 0) continue;
      slots[slot]![record] = block;
      places[slot]![record] = filled[block]!;
      blocks[block]![filled[block]!] = record;
      filled[block]! += 1;
    }
  return { slots, places, blocks };
}
