import { FIELDS } from './fields.ts';

const BASE = 16;

/** How often each combination of levels was seen: what is kept of millions of pairs. */
export class PatternCounts {
  private readonly counts = new Map<number, number>();

  add(levels: Uint8Array, weight: number): void {
    let key = 0;
    for (let i = FIELDS.length - 1; i >= 0; i -= 1) key = key * BASE + levels[i]!;
    this.counts.set(key, (this.counts.get(key) ?? 0) + weight);
  }

  get size(): number {
    return this.counts.size;
  }

  /** In an order of their own, so that sums do not depend on the order of arrival. */
  patterns(): { levels: Uint8Array; weight: number }[] {
    return [...this.counts]
      .sort(([a], [b]) => a - b)
      .map(([key, weight]) => {
        const levels = new Uint8Array(FIELDS.length);
        for (let i = 0, rest = key; i < FIELDS.length; i += 1) {
          levels[i] = rest % BASE;
          rest = Math.floor(rest / BASE);
        }
        return { levels, weight };
      });
  }
}
