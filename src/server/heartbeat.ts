const BEAT_MS = 1_000;

/**
 * Calls each of its members once in a number of seconds, a part of them each second: one timer for all instead of one each, and no moment in
 * which ten thousand are called at once. Runs only while it has members.
 */
export class Heartbeat<Member> {
  readonly #parts: readonly Set<Member>[];
  readonly #call: (member: Member) => void;
  #next = 0;
  #timer: NodeJS.Timeout | null = null;
  #count = 0;

  constructor(seconds: number, call: (member: Member) => void) {
    this.#parts = Array.from({ length: seconds }, () => new Set<Member>());
    this.#call = call;
  }

  /** From now on; the first call comes after a whole period. */
  add(member: Member): void {
    // The part that was called last waits longest.
    const part = this.#parts[(this.#next + this.#parts.length - 1) % this.#parts.length]!;
    part.add(member);
    this.#count += 1;
    this.#timer ??= setInterval(() => this.#beat(), BEAT_MS).unref();
  }

  remove(member: Member): void {
    if (!this.#parts.some((part) => part.delete(member))) return;
    this.#count -= 1;
    if (this.#count > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #beat(): void {
    const part = this.#parts[this.#next]!;
    this.#next = (this.#next + 1) % this.#parts.length;
    for (const member of part) this.#call(member);
  }
}
