import type { WalPlace } from './wal-place.ts';

interface Sample {
  readonly at: number;
  readonly position: number;
}

/** Why a replica is not used. */
export type Unfit = 'no standby' | 'another database' | 'another timeline' | 'behind';

/**
 * Where the primary was, when. A replica that has come to a place is as fresh as the moment before that place was asked for: so nothing depends on
 * the clocks of the machines, and a database that is idle is not behind.
 */
export class PrimaryPlaces {
  readonly #keptMs: number;
  #samples: Sample[] = [];
  #newest: WalPlace | null = null;

  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  /** `at`: a moment before the primary was asked. */
  add(place: WalPlace, at: number): void {
    const { timeline, system } = this.#newest ?? place;
    if (place.timeline !== timeline || place.system !== system) this.#samples = [];
    this.#newest = place;
    this.#samples.push({ at, position: place.position });
    const stale = this.#samples.findIndex((sample) => at - sample.at <= this.#keptMs);
    this.#samples.splice(0, stale);
  }

  /** The moment of which it is certain that everything committed before is there. */
  freshAsOf(place: WalPlace): number | Unfit {
    if (!place.isStandby) return 'no standby';
    if (!this.#newest) return 'behind';
    if (place.system !== this.#newest.system) return 'another database';
    if (place.timeline !== this.#newest.timeline) return 'another timeline';
    return this.#samples.findLast(({ position }) => position <= place.position)?.at ?? 'behind';
  }
}
