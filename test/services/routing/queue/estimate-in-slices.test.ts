import { expect, test } from 'vitest';

import { SharedBoard } from '../../../../src/services/routing/board/shared-board.ts';
import { estimateInSlices } from '../../../../src/services/routing/queue/estimate-in-slices.ts';
import { aBoard, agentId, anAgent, aTask, START } from '../../../support/a-board.ts';

const WAITING = 4_000;
const LAST = `t${WAITING - 1}`;

/** Everybody waits for one language, and whoever speaks it has something to do. */
function aFullHouse(): SharedBoard {
  const shared = new SharedBoard();
  const board = aBoard({}, anAgent('finn', { skills: { 'language:fi': 5 }, capacity: 1 }));
  board.takeTask(aTask('held', { language: 'fi' }), agentId('finn'), START);
  for (let i = 0; i < WAITING; i += 1)
    board.addTask(aTask(`t${i}`, { language: 'fi' }, { waitingSince: START + i }), START + WAITING);
  shared.board = board;
  return shared;
}

/** Does this once, at the first turn that others get. */
async function meanwhile(shared: SharedBoard, act: () => void) {
  let isDone = false;
  const turn = setImmediate(() => {
    isDone = true;
    act();
  });
  const { estimates, workMs } = await estimateInSlices(shared, START + WAITING);
  clearImmediate(turn);
  expect(isDone).toBe(true);
  return { estimates, workMs };
}

test('others have their turn while the queue is estimated, and what they take from the queue counts from then on', async () => {
  const shared = aFullHouse();
  const { estimates, workMs } = await meanwhile(shared, () => shared.board!.removeTask(LAST, START + WAITING));
  expect(estimates.map(({ taskId }) => taskId)).not.toContain(LAST);
  expect(estimates).toHaveLength(WAITING - 1);
  expect(estimates.map(({ position }) => position)).toEqual(estimates.map((_, i) => i + 1));
  expect(workMs).toBeGreaterThan(0);
});

test('an estimate of a board that is thrown away ends there', async () => {
  const shared = aFullHouse();
  const { estimates } = await meanwhile(shared, () => shared.forget());
  expect(estimates.length).toBeLessThan(WAITING);
});
