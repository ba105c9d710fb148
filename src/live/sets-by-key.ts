import { SmallSet } from './small-set.ts';

class KeyedSet<Value extends object> extends SmallSet<Value> {
  readonly key: string;

  constructor(key: string) {
    super();
    this.key = key;
  }
}

const NOTHING: readonly never[] = [];

/** A set of objects for each key. */
export class SetsByKey<Value extends object> {
  readonly #byKey = new Map<string, KeyedSet<Value>>();

  /** True: the key had none. */
  add(key: string, value: Value): boolean {
    const known = this.#byKey.get(key);
    const set = known ?? new KeyedSet<Value>(key);
    if (!known) this.#byKey.set(key, set);
    set.add(value);
    return !known;
  }

  /** True: it was the key's last. */
  delete(key: string, value: Value): boolean {
    const set = this.#byKey.get(key);
    return !!set && set.delete(value) && set.size === 0 && this.#byKey.delete(key);
  }

  of(key: string): Iterable<Value> {
    return this.#byKey.get(key) ?? NOTHING;
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** The key as it was given when it got its first. */
  known(key: string): string | undefined {
    return this.#byKey.get(key)?.key;
  }

  keys(): Iterable<string> {
    return this.#byKey.keys();
  }

  /** Number of keys. */
  get size(): number {
    return this.#byKey.size;
  }
}
