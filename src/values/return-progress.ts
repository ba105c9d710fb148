import type { ReturnStatus } from './vocabulary.ts';

/** A return that is under way has news at least once a day. */
export const RETURN_NEWS_HOURS = 24;
/** Nothing is owed any more; a shop need not close what it has settled. */
const OVER: ReadonlySet<ReturnStatus> = new Set(['refunded', 'exchanged', 'closed', 'declined', 'cancelled']);

/** When the next news of a return is due, after a source last told of it. Null: it is over. */
export function newsDueBy(status: ReturnStatus, toldAt: Date): Date | null {
  return OVER.has(status) ? null : new Date(toldAt.getTime() + RETURN_NEWS_HOURS * 3_600_000);
}
