/** Past this the process only makes everything late: new work is told to come back. */
const TOO_LATE_MS = 2_000;
export const TICK_MS = 250;

/**
 * How late the process does what it meant to do. It is overloaded when it was too late twice in a row: once is a machine that had
 * something else to do, or slept, and whoever waited through that should not be sent away besides.
 */
export class Lateness {
  #last: number;
  #before = 0;
  #now = 0;

  constructor(now: number) {
    this.#last = now;
  }

  /** To be called every `TICK_MS`, with the time in milliseconds. */
  tick(now: number): void {
    this.#before = this.#now;
    this.#now = now - this.#last - TICK_MS;
    this.#last = now;
  }

  get isTooMuch(): boolean {
    return Math.min(this.#before, this.#now) > TOO_LATE_MS;
  }
}
