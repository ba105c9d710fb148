import type { TransactionScope } from '../scope.ts';
import { writeBeside } from './atomically.ts';

/** Transactions of which it was asked before. */
const asked = new WeakSet<TransactionScope>();

/**
 * From here on the statements of this transaction run by plans that fit any parameters. PostgreSQL prefers a plan for the very ones at hand where these
 * rule out half of a statement, or name one row instead of ten: it then plans a statement of a page anew each time, which takes longer than to run it.
 */
export function planOnce(tx: TransactionScope): void {
  if (asked.has(tx)) return;
  asked.add(tx);
  // By index, as a table grows to be: a plan that was made while it was small is kept for long.
  writeBeside(
    tx,
    tx.db
      .sql`select set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)`,
  );
}
