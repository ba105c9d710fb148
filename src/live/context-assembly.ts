import type { Db } from '../database/open-database.ts';
import { assembleContexts, type ContextTexts } from '../services/context/assemble-context.ts';
import { sectionsReadFor } from '../services/context/context-statement.ts';
import type { ReadMoment } from '../services/events/read-moment.ts';
import { isUnavailable } from '../services/is-unavailable.ts';
import type { ContextSection } from '../values/context-packet.ts';

/** Persons in one statement: enough that the statement itself costs little, few enough that nobody waits long for the others. */
const MOST_TOGETHER = 32;
/** Fewer are not spread over several statements: each costs more than a person in it. */
const LEAST_TOGETHER = 4;
/** Statements under way at once; queries keep the rest of the connections. */
const MOST_STATEMENTS = 2;

/** A person's context as it was read. */
export interface Assembled {
  /** Null: there is no such customer. */
  readonly texts: ContextTexts | null;
  /** Null: nobody was found. */
  readonly readAt: ReadMoment | null;
}

interface Waiting {
  readonly customerId: string;
  readonly sections: readonly ContextSection[];
  resolve(assembled: Assembled): void;
  reject(error: unknown): void;
}

/**
 * Assembles the contexts of persons that are asked for at the same moment by one statement: a lone one at once, and while as many statements
 * as may be are under way the next ones gather.
 */
export class ContextAssembly {
  readonly #db: Db;
  /** By the sections that they ask for. */
  readonly #waiting = new Map<string, Waiting[]>();
  #running = 0;
  #scheduled = false;

  constructor(db: Db) {
    this.#db = db;
  }

  /** The state of a moment after the call. */
  assemble(customerId: string, sections: readonly ContextSection[]): Promise<Assembled> {
    const read = sectionsReadFor(sections);
    return new Promise((resolve, reject) => {
      const key = read.join();
      const one = { customerId, sections: read, resolve, reject };
      const others = this.#waiting.get(key);
      if (others) others.push(one);
      else this.#waiting.set(key, [one]);
      if (this.#scheduled) return;
      this.#scheduled = true;
      // All that one batch of events made stale come in this turn.
      queueMicrotask(() => {
        this.#scheduled = false;
        this.#begin();
      });
    });
  }

  #begin(): void {
    for (const [key, waiting] of [...this.#waiting]) {
      while (waiting.length > 0 && this.#running < MOST_STATEMENTS) {
        // Spread over the statements that may begin: two halves at once are there sooner than one whole.
        const share = Math.max(LEAST_TOGETHER, Math.ceil(waiting.length / (MOST_STATEMENTS - this.#running)));
        void this.#run(waiting.splice(0, Math.min(share, MOST_TOGETHER)));
      }
      // Whoever has to wait on stands behind those with other sections.
      this.#waiting.delete(key);
      if (waiting.length > 0) this.#waiting.set(key, waiting);
    }
  }

  async #run(batch: readonly Waiting[]): Promise<void> {
    this.#running += 1;
    try {
      await this.#read(batch);
    } finally {
      this.#running -= 1;
      this.#begin();
    }
  }

  async #read(batch: readonly Waiting[]): Promise<void> {
    try {
      const ids = batch.map(({ customerId }) => customerId);
      const { texts, readAt } = await assembleContexts({ db: this.#db }, ids, batch[0]!.sections);
      batch.forEach(({ resolve }, i) => resolve({ texts: texts[i] ?? null, readAt }));
    } catch (error) {
      // What is wrong with one person's rows is not to keep the others from theirs.
      if (batch.length > 1 && !isUnavailable(error)) for (const one of batch) await this.#read([one]);
      else for (const { reject } of batch) reject(error);
    }
  }
}
