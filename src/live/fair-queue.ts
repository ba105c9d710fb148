/**
 * Lets only so many pieces of work run at a time. Who waits is taken in turns by owner: one who comes with ten thousand pieces does not hold
 * up another who comes with one.
 */
export class FairQueue {
  readonly #atMost: number;
  readonly #waiting = new Map<string, (() => void)[]>();
  #running = 0;

  constructor(atMost: number) {
    this.#atMost = atMost;
  }

  async run<Result>(owner: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#atMost) await this.#turnOf(owner);
    else this.#running += 1;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #turnOf(owner: string): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(owner);
      if (waiting) waiting.push(resolve);
      else this.#waiting.set(owner, [resolve]);
    });
  }

  /** Hands the place on, or gives it back. */
  #next(): void {
    for (const [owner, waiting] of this.#waiting) {
      const resolve = waiting.shift();
      // To the end of the round.
      this.#waiting.delete(owner);
      if (waiting.length > 0) this.#waiting.set(owner, waiting);
      return resolve!();
    }
    this.#running -= 1;
  }
}
