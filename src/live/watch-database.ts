import type { Logger } from 'pino';

import type { Database } from '../database/open-database.ts';
import { findOldTransactions, type OldTransaction } from '../services/events/find-old-transactions.ts';
import { isOutOfSpace } from '../services/is-out-of-space.ts';

const EVERY_MS = 10_000;

/** What an operator should look at though everything is being served. */
export type Warning = 'old transaction' | 'read only: the database has no space left';

export interface DatabaseWatch {
  warnings(): Warning[];
  /** Of the oldest transaction or slot that holds a snapshot; 0: none does. */
  oldestTransactionSeconds(): number;
  /** Told of what went wrong with a statement. */
  noticed(error: unknown): void;
  close(): Promise<void>;
}

export interface DatabaseWatchOptions {
  database: Database;
  log: Logger;
  /** A transaction older than this is one to be warned of. */
  oldTransactionMs: number;
  /** Between two looks. */
  everyMs?: number;
}

/**
 * Looks for what makes a database slowly worse while it still answers: a transaction that somebody left open, whose snapshot keeps every row
 * version since and makes updates of hot rows slower and slower; and a full disk, after which only reading is left.
 */
export function watchDatabase({ database, log, oldTransactionMs, ...own }: DatabaseWatchOptions): DatabaseWatch {
  const firstSeen = new Map<string, number>();
  let oldest: { holder: string; seconds: number } | null = null;
  let warned = '';
  let isFull = false;
  let running: Promise<void> | null = null;

  const ageOf = ({ name, seconds }: OldTransaction, now: number) =>
    Math.max(seconds ?? 0, (now - (firstSeen.get(name) ?? now)) / 1_000);

  const look = async () => {
    const found = await findOldTransactions(database.sql);
    const now = performance.now();
    for (const name of firstSeen.keys()) if (!found.some((each) => each.name === name)) firstSeen.delete(name);
    for (const { name } of found) if (!firstSeen.has(name)) firstSeen.set(name, now);
    oldest = found
      .map((each) => ({ holder: each.holder, seconds: ageOf(each, now) }))
      .reduce<typeof oldest>((best, each) => (each.seconds > (best?.seconds ?? 0) ? each : best), null);
    const holder = isOld() ? oldest!.holder : '';
    if (holder && holder !== warned)
      log.warn({ ...oldest }, 'a transaction is old: it keeps the database from cleaning up');
    if (!holder && warned) log.info('no transaction is old any more');
    warned = holder;
    // Nobody may be writing: whether there is space again has to be tried.
    if (isFull) await database.sql`update installation set id = id where id = 1`.then(hasSpace);
  };
  const isOld = () => (oldest?.seconds ?? 0) * 1_000 > oldTransactionMs;
  const hasSpace = () => {
    if (isFull) log.info('the database takes changes again');
    isFull = false;
  };

  const timer = setInterval(() => {
    running ??= look()
      // Out of reach, or full: others say so.
      .catch(() => undefined)
      .finally(() => {
        running = null;
      });
  }, own.everyMs ?? EVERY_MS);
  timer.unref();
  database.committed.add(hasSpace);

  return {
    warnings: () => [
      ...(isOld() ? (['old transaction'] as const) : []),
      ...(isFull ? (['read only: the database has no space left'] as const) : []),
    ],
    oldestTransactionSeconds: () => oldest?.seconds ?? 0,
    noticed(error) {
      if (!isOutOfSpace(error)) return;
      if (!isFull) log.error({ err: error }, 'the database has no space left: only reading is possible');
      isFull = true;
    },
    async close() {
      clearInterval(timer);
      database.committed.delete(hasSpace);
      await running;
    },
  };
}
