import type { Sql } from './sql.ts';

/** How far two machines drift apart in this time nobody notices; a failover to a server with another clock is noticed by then. */
const MEASURED_EVERY_MS = 2_000;

/**
 * The time of the database, as this process knows it. All processes agree on it to the length of a round trip, so they agree on what is
 * over, what lies in the future and what came first, whatever the clocks of their machines say.
 */
export interface DatabaseClock {
  now(): Date;
  /** Measures now and from now on. Rejects when the database does not answer at all. */
  keep(): Promise<void>;
  close(): void;
}

/**
 * Between two measurements it goes on by `performance.now()`, which nobody can set: a clock that jumps under a running process moves
 * nothing. Before the first one it tells the process's own time.
 */
export function openDatabaseClock(sql: Sql): DatabaseClock {
  /** Add it to `performance.now()`. */
  let aheadMs: number | null = null;
  let timer: NodeJS.Timeout | null = null;

  async function measure(): Promise<void> {
    const askedAt = performance.now();
    const [row] = await sql<{ ms: number }[]>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
    const answeredAt = performance.now();
    // It was that time at some moment between question and answer. What we had stands while it says the same.
    const [least, most] = [row!.ms - answeredAt, row!.ms - askedAt];
    if (aheadMs === null || aheadMs < least || aheadMs > most) aheadMs = (least + most) / 2;
  }

  return {
    now: () => (aheadMs === null ? new Date() : new Date(performance.now() + aheadMs)),
    async keep() {
      await measure();
      // Out of reach: the last measurement is good for a long time.
      timer ??= setInterval(() => void measure().catch(() => undefined), MEASURED_EVERY_MS).unref();
    },
    close() {
      if (timer) clearInterval(timer);
    },
  };
}
