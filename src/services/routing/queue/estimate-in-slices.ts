import { setImmediate as nextTurn } from 'node:timers/promises';

import type { SharedBoard } from '../board/shared-board.ts';
import type { QueueFeedback } from '../core/queue-feedback.ts';

/** At a stretch; then whoever else waits for this process is served. */
const SLICE_MS = 3;

/**
 * Estimates where everybody stands, on the board as it was brought up to date last: without the lock of routing, a few milliseconds at a time, so that
 * nobody who decides or is served waits for it. What is decided between two slices counts from then on; on a board that is read anew the rest waits for
 * the next time. Answers with the milliseconds that it took of this process.
 */
export async function estimateInSlices(
  shared: SharedBoard,
  now: number,
): Promise<{ readonly estimates: readonly QueueFeedback[]; readonly workMs: number }> {
  const { board } = shared;
  const estimates: QueueFeedback[] = [];
  let workMs = 0;
  let from = performance.now();
  for (const one of board?.estimating(now) ?? []) {
    estimates.push(one);
    const took = performance.now() - from;
    if (took < SLICE_MS) continue;
    workMs += took;
    await nextTurn();
    if (shared.board !== board) break;
    from = performance.now();
  }
  return { estimates, workMs };
}
