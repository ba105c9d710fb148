import type { Scope } from '../../scope.ts';
import { countWaiting } from './count-waiting.ts';
import { tellDueClocks } from './tell-due-clocks.ts';

/** So that others who are due by the second get their turn. */
const MOST_ROUNDS = 50;

/** What is due by the second of the clocks that customers' waiting is measured by. */
export async function watchServiceClocks(scope: Scope): Promise<void> {
  for (const work of [countWaiting, tellDueClocks])
    for (let round = 1; round <= MOST_ROUNDS && (await work(scope)) > 0; round += 1);
}
