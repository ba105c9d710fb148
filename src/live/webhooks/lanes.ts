interface LaneLimits {
  /** Lanes at work at once. */
  readonly atMost: number;
  /** Of these, lanes of one owner. */
  readonly perOwner: number;
}

type LaneState = 'waiting' | 'running' | 'again';

/** More than this wait in the database, where they are anyhow. */
const MOST_WAITING = 50_000;

/**
 * Work in lanes: in one lane one thing after the other, of one owner few lanes at once, owners in turns. Who answers slowly, or has ten
 * thousand lanes, holds up nobody but itself.
 */
export class Lanes {
  readonly #limits: LaneLimits;
  readonly #work: (owner: string, lane: string) => Promise<void>;
  readonly #states = new Map<string, LaneState>();
  readonly #waiting = new Map<string, string[]>();
  readonly #running = new Map<string, number>();
  #total = 0;
  #closed = false;
  #onIdle: (() => void) | null = null;

  /** `work` must not throw. */
  constructor(limits: LaneLimits, work: (owner: string, lane: string) => Promise<void>) {
    this.#limits = limits;
    this.#work = work;
  }

  /** Has a lane worked on soon; once more when it is being worked on just now. */
  offer(owner: string, lane: string): void {
    const name = nameOf(owner, lane);
    const state = this.#states.get(name);
    if (state === 'running') this.#states.set(name, 'again');
    if (state !== undefined || this.#closed || this.#states.size >= MOST_WAITING) return;
    this.#enqueue(owner, lane);
    this.#start();
  }

  /** Lanes of an owner that wait or are worked on. */
  countOf(owner: string): number {
    return (this.#waiting.get(owner)?.length ?? 0) + (this.#running.get(owner) ?? 0);
  }

  /** Begins nothing more; resolves when what has begun is done, or after a while. */
  async close(patienceMs: number): Promise<void> {
    this.#closed = true;
    if (this.#total === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #enqueue(owner: string, lane: string): void {
    this.#states.set(nameOf(owner, lane), 'waiting');
    const waiting = this.#waiting.get(owner);
    if (waiting) waiting.push(lane);
    else this.#waiting.set(owner, [lane]);
  }

  #start(): void {
    for (const [owner, waiting] of [...this.#waiting]) {
      if (this.#closed || this.#total >= this.#limits.atMost) return;
      if ((this.#running.get(owner) ?? 0) >= this.#limits.perOwner) continue;
      const lane = waiting.shift()!;
      // To the end of the round.
      this.#waiting.delete(owner);
      if (waiting.length > 0) this.#waiting.set(owner, waiting);
      void this.#run(owner, lane);
    }
  }

  async #run(owner: string, lane: string): Promise<void> {
    const name = nameOf(owner, lane);
    this.#states.set(name, 'running');
    this.#running.set(owner, (this.#running.get(owner) ?? 0) + 1);
    this.#total += 1;
    await this.#work(owner, lane);
    this.#total -= 1;
    const left = this.#running.get(owner)! - 1;
    if (left > 0) this.#running.set(owner, left);
    else this.#running.delete(owner);
    const isAsked = this.#states.get(name) === 'again';
    this.#states.delete(name);
    if (isAsked) this.#enqueue(owner, lane);
    if (this.#total === 0) this.#onIdle?.();
    this.#start();
  }
}

const nameOf = (owner: string, lane: string) => `${owner} ${lane}`;
