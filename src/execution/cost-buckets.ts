import type { Viewer } from '../values/viewer.ts';
import type { Role } from '../values/vocabulary.ts';

export interface BucketSettings {
  /** Points a caller regains each second. */
  costPerSecond: number;
  /** Points a caller can save up. */
  costBurst: number;
}

/** What a role gets of the settings. Machines that feed us speak for a whole shop; a partner or a customer for itself. */
const SHARE: Record<Role, number> = {
  agent: 1,
  supervisor: 1,
  partner: 0.5,
  customer: 0.5,
  bot: 20,
  integration: 500,
  admin: 500,
};

export interface Throttle {
  maximum: number;
  available: number;
  restorePerSecond: number;
}

export type Charge = { ok: true; throttle: Throttle } | { ok: false; retryAfterSeconds: number };

/** One bucket of points for each principal, shared by all its transports. Per process. */
export class CostBuckets {
  readonly #settings: BucketSettings;
  readonly #buckets = new Map<string, { points: number; at: number }>();

  constructor(settings: BucketSettings) {
    this.#settings = settings;
  }

  /** Takes the points of one operation, or says when they will be there. */
  charge(viewer: Viewer, cost: number, now: number = performance.now()): Charge {
    const share = SHARE[viewer.role];
    const perSecond = this.#settings.costPerSecond * share;
    // The dearest allowed operation must fit into everybody's bucket.
    const maximum = this.#settings.costBurst * Math.max(share, 0.5);
    const before = this.#buckets.get(viewer.principal);
    const points = before ? Math.min(maximum, before.points + ((now - before.at) / 1000) * perSecond) : maximum;
    if (points < cost) return { ok: false, retryAfterSeconds: Math.max(1, Math.ceil((cost - points) / perSecond)) };
    this.#buckets.delete(viewer.principal);
    this.#buckets.set(viewer.principal, { points: points - cost, at: now });
    if (this.#buckets.size > 10_000) this.#forgetFull(now);
    return {
      ok: true,
      throttle: { maximum, available: Math.floor(points - cost), restorePerSecond: perSecond },
    };
  }

  /** A bucket that has filled up again needs no memory. The slowest takes burst / rate seconds. */
  #forgetFull(now: number): void {
    const fullAfterMs = (this.#settings.costBurst / this.#settings.costPerSecond) * 1000;
    for (const [principal, bucket] of this.#buckets) {
      if (now - bucket.at < fullAfterMs && this.#buckets.size <= 20_000) return;
      this.#buckets.delete(principal);
    }
  }
}

/** Takes nothing: for what runs without its caller asking at this moment. */
export const FREE_OF_CHARGE: Pick<CostBuckets, 'charge'> = {
  charge: () => ({ ok: true, throttle: { maximum: 0, available: 0, restorePerSecond: 0 } }),
};
