/** More than this are in a set: to add to an array and to take from it takes as long as it is. */
const FEW = 8;

/**
 * A set that mostly holds one or a few: one stands for itself, a few stand in an array. A `Set` takes 200 bytes when it holds nothing, and
 * a subscription has several. What is added or taken away while it is gone through may be met or not.
 */
export class SmallSet<Value extends object> implements Iterable<Value> {
  #held: Value | readonly Value[] | Set<Value> | null = null;

  constructor(...values: readonly Value[]) {
    for (const value of values) this.add(value);
  }

  add(value: Value): void {
    const held = this.#held;
    if (held instanceof Set) held.add(value);
    else if (held === null) this.#held = value;
    else if (!this.has(value)) {
      // `concat` and `slice` take as much room as they need, which spreading and filtering do not.
      const all = (isSeveral(held) ? held : [held]).concat(value);
      this.#held = all.length > FEW ? new Set(all) : all;
    }
  }

  /** True: it was there. */
  delete(value: Value): boolean {
    const held = this.#held;
    if (held instanceof Set) return held.delete(value);
    if (!this.has(value)) return false;
    const rest = [...this].filter((one) => one !== value);
    this.#held = rest.length > 1 ? rest.slice() : (rest[0] ?? null);
    return true;
  }

  has(value: Value): boolean {
    const held = this.#held;
    if (held instanceof Set) return held.has(value);
    return isSeveral(held) ? held.includes(value) : held === value;
  }

  get size(): number {
    const held = this.#held;
    if (held instanceof Set) return held.size;
    return isSeveral(held) ? held.length : Number(held !== null);
  }

  [Symbol.iterator](): Iterator<Value> {
    const held = this.#held;
    if (held === null) return ([] as Value[])[Symbol.iterator]();
    return (held instanceof Set || isSeveral(held) ? held : [held])[Symbol.iterator]();
  }
}

const isSeveral = <Value>(held: Value | readonly Value[] | null): held is readonly Value[] => Array.isArray(held);
