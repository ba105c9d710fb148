import type { Spent } from '../services/access/settle-costs.ts';
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

/** Takes what callers spent here from what they have everywhere; answers what is left of each. */
export type Settle = (spent: readonly Spent[]) => Promise<ReadonlyMap<string, number>>;

interface Bucket {
  points: number;
  at: number;
  readonly maximum: number;
  readonly perSecond: number;
  /** Spent here and not settled yet. */
  unsettled: number;
}

/** So much of a bucket is spent before the others are told at once; less is told within a second. */
const SLICES = 20;
const SETTLED_EVERY_MS = 1_000;
/** Callers of one statement. */
const MOST_SETTLED = 1_000;

/**
 * One bucket of points for each principal, shared by all its transports and, by `settle`, by all processes: each gives from what it knows to be left and
 * settles behind the answers, a slice at a time and all callers in one statement. What several give at the same moment is a debt that the bucket
 * pays back, so over time nobody gets more than one bucket. Without the database each goes on by itself.
 */
export class CostBuckets {
  readonly #settings: BucketSettings;
  readonly #settle: Settle | null;
  readonly #buckets = new Map<string, Bucket>();
  readonly #timer: NodeJS.Timeout | undefined;
  /** Who spent something that is not settled. */
  readonly #spenders = new Set<string>();
  #settling = false;
  #isDue = false;

  constructor(settings: BucketSettings, settle: Settle | null = null) {
    this.#settings = settings;
    this.#settle = settle;
    if (settle) this.#timer = setInterval(() => this.#settleSoon(), SETTLED_EVERY_MS).unref();
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
    const unsettled = (before?.unsettled ?? 0) + cost;
    this.#buckets.delete(viewer.principal);
    this.#buckets.set(viewer.principal, { points: points - cost, at: now, maximum, perSecond, unsettled });
    if (this.#settle) this.#spenders.add(viewer.principal);
    // Who was not here before may have spent all of it elsewhere.
    if (this.#settle && (!before || unsettled >= maximum / SLICES)) this.#settleSoon();
    if (this.#buckets.size > 10_000) this.#forgetFull(now);
    return {
      ok: true,
      throttle: { maximum, available: Math.floor(points - cost), restorePerSecond: perSecond },
    };
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** One statement at a time: what comes meanwhile waits for the next. */
  #settleSoon(): void {
    this.#isDue = true;
    if (this.#settling) return;
    this.#settling = true;
    setImmediate(() => {
      void this.#settleAll().finally(() => (this.#settling = false));
    });
  }

  async #settleAll(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false;
      const spenders = [...this.#spenders];
      for (let from = 0; from < spenders.length; from += MOST_SETTLED)
        // In an outage it stays unsettled, and is tried with what comes next.
        if (!(await this.#settleSome(spenders.slice(from, from + MOST_SETTLED)))) return;
    }
  }

  async #settleSome(spenders: readonly string[]): Promise<boolean> {
    const spent = spenders.flatMap((principal) => {
      const bucket = this.#buckets.get(principal);
      return bucket
        ? [{ principal, points: bucket.unsettled, maximum: bucket.maximum, perSecond: bucket.perSecond }]
        : [];
    });
    try {
      const left = await this.#settle!(spent);
      const now = performance.now();
      for (const principal of spenders) if (!this.#buckets.has(principal)) this.#spenders.delete(principal);
      for (const { principal, points } of spent) {
        const bucket = this.#buckets.get(principal);
        const shared = left.get(principal);
        if (!bucket || shared === undefined) continue;
        bucket.unsettled -= points;
        if (bucket.unsettled <= 0) this.#spenders.delete(principal);
        // What was asked for meanwhile is not in the answer yet.
        bucket.points = shared - bucket.unsettled;
        bucket.at = now;
      }
      return true;
    } catch {
      return false;
    }
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
