import type { Channel } from '../../../values/vocabulary.ts';

/** Until something was learned. */
const FIRST_MEAN_MS = 6 * 60_000;
/** What the newest weighs: the last fifty or so count. */
const NEWEST = 0.02;
/** A few strange waits do not throw an estimate further than this. */
const MOST_OFF = 4;

/** How long work takes on each channel, and how far estimates were off, learned as it happens. */
export class HandlingTimes {
  private readonly meanMs = new Map<Channel, number>();
  private estimatedMs = 1;
  private waitedMs = 1;

  mean(channel: Channel): number {
    return this.meanMs.get(channel) ?? FIRST_MEAN_MS;
  }

  learn(channel: Channel, tookMs: number): void {
    const before = this.meanMs.get(channel);
    this.meanMs.set(channel, before === undefined ? tookMs : before + NEWEST * (tookMs - before));
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
