import { parseContext } from '../services/context/assemble-context.ts';
import type { KnownContext, KnownContexts } from '../services/context/read-context.ts';
import type { ContextMoment } from './context-moment.ts';
import type { PersonContexts } from './person-contexts.ts';

/** Who is asked about twice within this time is worth keeping; a walk over all customers asks for each once. */
const AGAIN_WITHIN_MS = 10_000;
/** Persons asked about once that are remembered, for each that is kept. */
const NOTED_PER_ENTRY = 4;
/** The database answers in this time, or the question goes to it in the plain way. */
const PATIENCE_MS = 1_000;

export interface ContextCacheSettings {
  /** Persons whose contexts are kept, at most. 0: none. */
  readonly entries: number;
  /** Room for them, in megabytes. */
  readonly megabytes: number;
}

interface Parts {
  readonly contexts: PersonContexts;
  /** Resolves when everything that was committed before the call was given to the contexts. */
  readonly catchUp: () => Promise<void>;
  readonly settings: ContextCacheSettings;
}

/**
 * Contexts of persons who are asked about often, kept current by what the journal tells. A question waits until the journal was read
 * once more, which all questions of the moment share: whatever was committed before it, in any process, is in the answer.
 */
export class ContextMemo implements KnownContexts {
  readonly #parts: Parts;
  /** Bytes of each person who is kept, the longest unused first. */
  readonly #kept = new Map<string, number>();
  /** When persons who are not kept were asked about, the longest ago first. */
  readonly #noted = new Map<string, number>();
  #bytes = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Persons who are kept. */
  get size(): number {
    return this.#kept.size;
  }

  async current(customerId: string): Promise<KnownContext | null> {
    if (this.#parts.settings.entries === 0) return null;
    if (!this.#kept.has(customerId)) {
      this.#note(customerId);
      return null;
    }
    const moment = await this.#momentOf(customerId);
    if (!moment?.texts) return null;
    this.#touch(customerId, moment.bytes);
    const { texts, answers } = moment;
    // Most answers are made already: the tree is not worth keeping.
    return {
      get state() {
        return parseContext(texts);
      },
      answers,
    };
  }

  async #momentOf(customerId: string): Promise<ContextMoment | null> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), PATIENCE_MS);
    });
    const moment = async () => {
      await this.#parts.catchUp();
      return this.#parts.contexts.get(customerId)?.current() ?? null;
    };
    try {
      return await Promise.race([moment(), tooLate]);
    } catch {
      // The database is out of reach: the statement says so, or finds it back.
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  #note(customerId: string): void {
    const now = performance.now();
    const before = this.#noted.get(customerId);
    this.#noted.delete(customerId);
    if (before !== undefined && now - before < AGAIN_WITHIN_MS) {
      this.#parts.contexts.keep(customerId);
      return this.#touch(customerId, 0);
    }
    this.#noted.set(customerId, now);
    if (this.#noted.size > this.#parts.settings.entries * NOTED_PER_ENTRY) this.#noted.delete(firstOf(this.#noted)!);
  }

  #touch(customerId: string, bytes: number): void {
    this.#bytes += bytes - (this.#kept.get(customerId) ?? 0);
    this.#kept.delete(customerId);
    this.#kept.set(customerId, bytes);
    const { entries, megabytes } = this.#parts.settings;
    while (this.#kept.size > entries || (this.#bytes > megabytes * 2 ** 20 && this.#kept.size > 1)) {
      const unused = firstOf(this.#kept)!;
      this.#bytes -= this.#kept.get(unused)!;
      this.#kept.delete(unused);
      this.#parts.contexts.drop(unused);
    }
  }
}

const firstOf = (map: ReadonlyMap<string, unknown>) => map.keys().next().value;
