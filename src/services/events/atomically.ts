import type { Span } from '@opentelemetry/api';
import postgres from 'postgres';

import { AccessChanged } from '../../values/access-changed.ts';
import { inSpan } from '../../values/in-span.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { appendEvents } from './append-events.ts';
import type { Fact } from './fact.ts';

/**
 * Serialization failure, deadlock: the same work may succeed when tried again. And a reference to what is not there: it was read, and its
 * person was erased before it was written; the same work finds nobody now.
 */
const TRANSIENT = new Set(['40001', '40P01', '23503']);
const TRIES = 4;
/** Somebody else got on each time: that ends, however busy they are. */
const TRIES_OVER = 30;

/** What `access_holds` raises. */
const ACCESS_CHANGED = 'PU001';

/**
 * What was locked is no longer what is to be changed: a merge came first. To lock the right one besides would be to hold the wrong one
 * against the order in which others lock; so everything is let go, and the work begins again.
 */
export class StartOver extends Error {
  override name = 'StartOver';
}

const triesAfter = (error: unknown): number => {
  if (error instanceof StartOver) return TRIES_OVER;
  return error instanceof postgres.PostgresError && TRANSIENT.has(error.code) ? TRIES : 1;
};
/** Whether what is done in this scope is part of a transaction that is open already. */
export const isInTransaction = (scope: Scope): scope is TransactionScope => 'facts' in scope;

/** Waits a short random time, longer with each try, so that colliding writers do not collide again. */
const jitter = (attempt: number) => new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));

/**
 * Runs work in one transaction and appends the facts it named as the last statement. Nested calls join the outer transaction.
 * Throwing (also a Refusal) rolls everything back. Work may run again after a deadlock: it must have no effect outside the database.
 */
export async function atomically<T>(scope: Scope, work: (tx: TransactionScope) => Promise<T>): Promise<T> {
  if (isInTransaction(scope)) return work(scope);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inSpan('transaction', { 'punos.attempt': attempt }, (span) => once(scope, work, span));
    } catch (error) {
      if (error instanceof postgres.PostgresError && error.code === ACCESS_CHANGED) throw new AccessChanged();
      if (attempt >= triesAfter(error)) throw error;
      await jitter(Math.min(attempt, TRIES));
    }
  }
}

async function once<T>(scope: Scope, work: (tx: TransactionScope) => Promise<T>, span: Span): Promise<T> {
  const facts: Fact[] = [];
  const writes: Promise<unknown>[] = [];
  const result = await scope.db.begin(async (sql) => {
    const tx: TransactionScope = { ...scope, facts, writes, db: { ...scope.db, sql, hot: sql } };
    const answer = await work(tx);
    if (facts.length > 0) writeBeside(tx, appendEvents(sql, scope, facts));
    span.setAttribute('punos.facts', facts.length);
    return answer;
  });
  // The commit went out behind them: where one of them failed, PostgreSQL has rolled everything back and says so to that one only.
  await Promise.all(writes);
  // The tailer of this process need not wait for a notification of what this process has just committed.
  if (facts.length > 0) for (const wake of scope.db.committed) wake();
  return result;
}

/**
 * Leaves a statement of this transaction under way without waiting for it: what is asked next goes out beside it and runs behind it, on the same
 * connection. The transaction is committed when it is done, and rolled back with its error when it fails.
 */
export function writeBeside(tx: TransactionScope, write: PromiseLike<unknown>): void {
  const done = Promise.resolve(write);
  // Looked at when the transaction ends.
  done.catch(() => undefined);
  tx.writes.push(done);
}

/** Names a fact of this transaction. It reaches readers after the commit, or not at all. */
export function recordFact(tx: TransactionScope, fact: Fact): void {
  tx.facts.push(fact);
}
