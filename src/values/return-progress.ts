import { RETURN_TRANSITIONS } from './order-axes.ts';
import type { ReturnStatus } from './vocabulary.ts';

/** A return that is under way has news at least once a day. */
export const RETURN_NEWS_HOURS = 24;

/** When the next news of a return is due, after a source last told of it. Null: it is over. */
export function newsDueBy(status: ReturnStatus, toldAt: Date): Date | null {
  const isOver = RETURN_TRANSITIONS[status].length === 0;
  return isOver ? null : new Date(toldAt.getTime() + RETURN_NEWS_HOURS * 3_600_000);
}
