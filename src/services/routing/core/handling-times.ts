import type { Channel } from '../../../values/vocabulary.ts';

/** Until something was learned. */
const FIRST_MEAN_MS = 6 * 60_000;
/** What the newest weighs at least: the last fifty or so count. */
const NEWEST = 0.02;
/** So many pieces of work of a narrower kind weigh as much as what is known of the wider one. */
const WIDER_COUNTS = 10;
/** A few strange waits do not throw an estimate further than this. */
const MOST_OFF = 4;
/** Kinds that are kept apart; what comes after them counts with its wider kind. */
const MOST_KINDS = 5_000;

/** What work is like, as far as it says how long it takes. */
export interface WorkKind {
  readonly channel: Channel;
  readonly queue: string;
  /** Those asked for, wishes among them, in order and with a space between. */
  readonly skills: string;
}

/** What was learned of a kind elsewhere; null: of all queues, of all skills. */
export interface LearnedTime {
  readonly channel: Channel;
  readonly queue: string | null;
  readonly skills: string | null;
  readonly meanMs: number;
  readonly count: number;
}

interface Mean {
  ms: number;
  count: number;
}

/** How long work takes by channel, queue and skills, and how far estimates were off, learned as it happens. */
export class HandlingTimes {
  private means = new Map<string, Mean>();
  private estimatedMs = 1;
  private waitedMs = 1;

  /** Of what is rare, what is known of the wider kind counts with it. */
  mean(kind: WorkKind): number {
    let mean = FIRST_MEAN_MS;
    for (const [level, key] of keysOf(kind).entries()) {
      const own = this.means.get(key);
      if (!own) break;
      const wider = level === 0 ? 0 : WIDER_COUNTS;
      mean = (own.ms * own.count + mean * wider) / (own.count + wider);
    }
    return mean;
  }

  learn(kind: WorkKind, tookMs: number): void {
    for (const key of keysOf(kind)) {
      const own = this.means.get(key);
      if (own) {
        own.count += 1;
        own.ms += Math.max(NEWEST, 1 / own.count) * (tookMs - own.ms);
      } else if (this.means.size < MOST_KINDS) this.means.set(key, { ms: tookMs, count: 1 });
    }
  }

  /** What is known from now on, whoever learned it. */
  know(learned: readonly LearnedTime[]): void {
    this.means = new Map(
      learned
        .slice(0, MOST_KINDS)
        .map(({ channel, queue, skills, meanMs, count }) => [
          [channel, queue, skills].filter((part) => part !== null).join('\n'),
          { ms: meanMs, count },
        ]),
    );
  }

  /** What an estimate is multiplied with, so that the mean of what was told becomes the mean of what was waited. */
  get correction(): number {
    return Math.min(MOST_OFF, Math.max(1 / MOST_OFF, this.waitedMs / this.estimatedMs));
  }

  compare(estimatedMs: number, waitedMs: number): void {
    this.estimatedMs += NEWEST * (estimatedMs - this.estimatedMs);
    this.waitedMs += NEWEST * (waitedMs - this.waitedMs);
  }
}

/** The widest first. */
const keysOf = ({ channel, queue, skills }: WorkKind) => [
  channel,
  `${channel}\n${queue}`,
  `${channel}\n${queue}\n${skills}`,
];
