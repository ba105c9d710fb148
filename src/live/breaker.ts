/** So many failures in a row, and a channel is left alone. */
const OPENS_AFTER = 5;
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 300_000;

interface Line {
  failures: number;
  openUntil: number;
}

/**
 * Keeps away from what is down, so that its timeouts do not take the workers from others: after some failures in a row nobody tries
 * for a while, then one does. Known to this process only; each finds out for itself.
 */
export class Breaker {
  readonly #lines = new Map<string, Line>();

  /** True: leave it alone. Once the pause is over the first who asks may try, the others wait for what comes of it. */
  isOpen(name: string, now: number): boolean {
    const line = this.#lines.get(name);
    if (!line || line.failures < OPENS_AFTER) return false;
    if (now < line.openUntil) return true;
    line.openUntil = now + FIRST_PAUSE_MS;
    return false;
  }

  /** True: it failed lately, and has not succeeded since. */
  isTroubled(name: string): boolean {
    return this.#lines.has(name);
  }

  succeeded(name: string): void {
    this.#lines.delete(name);
  }

  failed(name: string, now: number): void {
    const failures = (this.#lines.get(name)?.failures ?? 0) + 1;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, failures - OPENS_AFTER), LONGEST_PAUSE_MS);
    this.#lines.set(name, { failures, openUntil: now + pauseMs });
  }
}
