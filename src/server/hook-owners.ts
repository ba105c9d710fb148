import { BoundedMap } from '../execution/bounded-map.ts';

/** What was read is believed for this long: another process may have rotated the secret meanwhile. */
const REMEMBERED_MS = 1_000;
const MOST_REMEMBERED = 10_000;

/** Whose hooks they are, with their secrets, by the name in the path: a flood of requests is no flood of reads. */
export class HookOwners<Owner> {
  readonly #readOne: (name: string) => Promise<Owner | null>;
  readonly #known = new BoundedMap<{ at: number; owner: Owner }>(MOST_REMEMBERED);
  readonly #reading = new Map<string, Promise<Owner | null>>();

  constructor(readOne: (name: string) => Promise<Owner | null>) {
    this.#readOne = readOne;
  }

  /** True when this process has seen the owner: it exists, or did. */
  isKnown(name: string): boolean {
    return this.#known.get(name) !== undefined;
  }

  /** As it was read a moment ago. Null: it has to be read. */
  remembered(name: string, now: number): Owner | null {
    const entry = this.#known.get(name);
    return entry && now - entry.at < REMEMBERED_MS ? entry.owner : null;
  }

  /** As it is now; those who ask at once share one read. Null: there is none. */
  read(name: string): Promise<Owner | null> {
    const running = this.#reading.get(name);
    if (running) return running;
    const reading = this.#readAnew(name).finally(() => this.#reading.delete(name));
    this.#reading.set(name, reading);
    return reading;
  }

  async #readAnew(name: string): Promise<Owner | null> {
    const at = performance.now();
    const owner = await this.#readOne(name);
    if (owner) this.#known.set(name, { at, owner });
    return owner;
  }
}
