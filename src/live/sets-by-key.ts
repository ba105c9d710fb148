import { SmallSet } from './small-set.ts';

/** A set of objects for each key. Most have one, which stands in no set: there are ten keys a subscription. */
export class SetsByKey<Value extends object> {
  readonly #byKey = new Map<string, Value | SmallSet<Value>>();

  /** True: the key had none. */
  add(key: string, value: Value): boolean {
    const known = this.#byKey.get(key);
    if (known instanceof SmallSet) known.add(value);
    else if (!known) this.#byKey.set(key, value);
    else if (known !== value) this.#byKey.set(key, new SmallSet(known, value));
    return !known;
  }

  /** True: it was the key's last. */
  delete(key: string, value: Value): boolean {
    const known = this.#byKey.get(key);
    if (known instanceof SmallSet) {
      known.delete(value);
      const [last] = known;
      if (last && known.size === 1) this.#byKey.set(key, last);
      return false;
    }
    return known === value && this.#byKey.delete(key);
  }

  of(key: string): Iterable<Value> {
    const known = this.#byKey.get(key);
    if (known instanceof SmallSet) return known;
    return known ? [known] : [];
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  keys(): Iterable<string> {
    return this.#byKey.keys();
  }

  /** Number of keys. */
  get size(): number {
    return this.#byKey.size;
  }
}
