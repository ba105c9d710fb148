import { randomUUID } from 'node:crypto';

import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import {
  forgetEndedWatches,
  readRunning,
  unwatchCustomers,
  watchCustomers,
} from '../services/activity/packet-watches.ts';
import { sees } from '../services/events/snapshot.ts';
import { SetsByKey } from './sets-by-key.ts';

/** Well within the time after which a watch ends by itself. */
const RENEW_MS = 20_000;
/** As long as this after it was asked for, a watch has certainly not ended by itself. */
const CERTAIN_MS = 50_000;
/** How often those transactions are looked at that may have missed a new watch: soon at first, as most end at once. */
const FIRST_LOOK_MS = 25;
const LONGEST_LOOK_MS = 2_000;

/** One who shows the packet of a customer. */
export interface WatchHolder {
  /** Activity may have been recorded that no event told of: assemble again. */
  lookAgain(): void;
}

/** New watches, and the transactions that ran when they began. */
interface Unsure {
  readonly customerIds: ReadonlySet<string>;
  readonly transactions: readonly bigint[];
}

/** By this process's clock (`performance.now()`). */
interface Watched {
  /** When the database knew of it at the latest. */
  readonly since: number;
  /** It has not ended before. */
  readonly until: number;
}

/**
 * The customers whose packets this process shows, as the database knows them: only their activity is told in the journal. Watched
 * first, assembled then, so that nothing falls between; and a transaction that was running when the watch began may have looked
 * before it and commit after the packet was assembled, so the packet is assembled once more when the last of these has ended.
 */
export class PacketWatches {
  readonly #database: Database;
  readonly #log: Logger;
  readonly #processId = randomUUID();
  readonly #holders = new SetsByKey<WatchHolder>();
  /** What the database knows. */
  readonly #watched = new Map<string, Watched>();
  readonly #wanted = new Set<string>();
  readonly #unwanted = new Set<string>();
  readonly #renewing: NodeJS.Timeout;
  #unsure: Unsure[] = [];
  #looking: NodeJS.Timeout | null = null;
  #lookMs = FIRST_LOOK_MS;
  #running: Promise<void> | null = null;
  #again: Promise<void> | null = null;
  #closed = false;

  constructor(database: Database, log: Logger) {
    this.#database = database;
    this.#log = log;
    this.#renewing = setInterval(() => this.#renew(), RENEW_MS);
    this.#renewing.unref();
  }

  /** Resolves when the database knows that these customers are watched. True: it did not know it of all before. */
  async hold(holder: WatchHolder, customerIds: readonly string[]): Promise<boolean> {
    for (const id of customerIds) {
      this.#holders.add(id, holder);
      this.#unwanted.delete(id);
    }
    const missing = customerIds.filter((id) => !this.#watched.has(id));
    if (missing.length === 0) return false;
    for (const id of missing) this.#wanted.add(id);
    await this.#write();
    return true;
  }

  release(holder: WatchHolder, customerIds: Iterable<string>): void {
    for (const id of customerIds) if (this.#holders.delete(id, holder)) this.#drop(id);
    if (this.#unwanted.size > 0 && !this.#closed) this.#inBackground(this.#write());
  }

  /** Since when all of these have been watched without a gap; null: one is not. */
  watchedSince(customerIds: Iterable<string>): number | null {
    let since = 0;
    for (const id of customerIds) {
      const watched = this.#watched.get(id);
      if (!watched) return null;
      since = Math.max(since, watched.since);
    }
    return since;
  }

  /** True when every activity of these that was committed until now is told in the journal, or was before `since`. */
  areCertain(customerIds: Iterable<string>, since: number): boolean {
    const now = performance.now();
    for (const id of customerIds) {
      const watched = this.#watched.get(id);
      if (!watched || watched.since > since || watched.until < now) return false;
      if (this.#unsure.some((unsure) => unsure.customerIds.has(id))) return false;
    }
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#renewing);
    if (this.#looking) clearTimeout(this.#looking);
    await this.#running?.catch(() => undefined);
    // What stays behind ends by itself.
    await unwatchCustomers(this.#database.sql, this.#processId, 'all').catch(() => undefined);
  }

  #drop(id: string): void {
    this.#wanted.delete(id);
    if (this.#watched.delete(id)) this.#unwanted.add(id);
  }

  /** One write at a time; whoever asks during one shares the next. */
  #write(): Promise<void> {
    if (!this.#running) {
      this.#running = this.#writeNow().finally(() => (this.#running = null));
      return this.#running;
    }
    this.#again ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#again = null;
        return this.#write();
      });
    return this.#again;
  }

  async #writeNow(): Promise<void> {
    if (this.#closed) return;
    const [wanted, unwanted] = [[...this.#wanted], [...this.#unwanted]];
    this.#wanted.clear();
    this.#unwanted.clear();
    const { sql } = this.#database;
    try {
      if (unwanted.length > 0) await unwatchCustomers(sql, this.#processId, unwanted);
      if (wanted.length > 0) await this.#watch(wanted);
    } catch (error) {
      for (const id of wanted) if (this.#holders.has(id)) this.#wanted.add(id);
      for (const id of unwanted) if (!this.#holders.has(id)) this.#unwanted.add(id);
      throw error;
    }
  }

  async #watch(customerIds: readonly string[]): Promise<void> {
    const askedAt = performance.now();
    const rows = await watchCustomers(this.#database.sql, this.#processId, customerIds);
    const fresh = rows.filter(({ isNew }) => isNew).map(({ customerId }) => customerId);
    if (fresh.length > 0) {
      const running = await readRunning(this.#database.sql);
      if (running.running.size > 0) this.#doubt({ customerIds: new Set(fresh), transactions: [...running.running] });
    }
    const lapsed = fresh.filter((id) => this.#watched.has(id));
    const now = performance.now();
    const until = askedAt + CERTAIN_MS;
    /** Those that have been watched as long share one. */
    const bySince = new Map<number, Watched>();
    for (const { customerId, isNew } of rows) {
      const since = isNew ? now : (this.#watched.get(customerId)?.since ?? now);
      const watched = bySince.get(since) ?? { since, until };
      bySince.set(since, watched);
      this.#watched.set(customerId, watched);
    }
    // Those whose watch had lapsed (the database was away for long) may have missed activity.
    this.#tell(lapsed);
  }

  #renew(): void {
    // Members that came along with a person and that nobody shows any more.
    for (const id of this.#watched.keys()) if (!this.#holders.has(id)) this.#drop(id);
    for (const id of this.#holders.keys()) this.#wanted.add(id);
    this.#inBackground(this.#write().then(() => forgetEndedWatches(this.#database.sql)));
  }

  #doubt(unsure: Unsure): void {
    this.#unsure.push(unsure);
    this.#lookMs = FIRST_LOOK_MS;
    this.#lookLater();
  }

  #lookLater(): void {
    if (this.#looking || this.#closed || this.#unsure.length === 0) return;
    this.#looking = setTimeout(() => {
      this.#looking = null;
      this.#inBackground(this.#look().finally(() => this.#lookLater()));
    }, this.#lookMs);
    this.#lookMs = Math.min(this.#lookMs * 2, LONGEST_LOOK_MS);
  }

  async #look(): Promise<void> {
    const asked = this.#unsure;
    const now = await readRunning(this.#database.sql);
    const isOver = ({ transactions }: Unsure) => transactions.every((xid) => sees(now, xid));
    const over = new Set(asked.filter(isOver));
    this.#unsure = this.#unsure.filter((each) => !over.has(each));
    this.#tell([...over].flatMap(({ customerIds }) => [...customerIds]));
  }

  #tell(customerIds: readonly string[]): void {
    const holders = new Set(customerIds.flatMap((id) => [...this.#holders.of(id)]));
    for (const holder of holders) holder.lookAgain();
  }

  #inBackground(work: Promise<unknown>): void {
    work.catch((error: unknown) =>
      this.#log.warn({ err: error }, 'watches of packets could not be kept, trying again'),
    );
  }
}
