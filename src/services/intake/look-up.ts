import { StartOver } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import { readSituations } from './read-situations.ts';
import type { Asking, Situation } from './situation.ts';

/**
 * Reads the situation in one flight: the person's lock, then one statement that therefore sees what earlier messages of the
 * person did. Null: there is no such inbox.
 */
export async function lookUp(tx: TransactionScope, asking: Asking): Promise<Situation | null> {
  const [read] = await readSituations(tx, [asking], 'wait');
  if (!read) return null;
  const { situation, lockedId, isReferenceTaken } = read;
  // The sender became another person before the lock was had: what was read is not under the person's lock.
  if (lockedId !== null && situation.personId !== lockedId) throw new StartOver();
  // Or became known between the two statements. Or the reference is taken: one in a thousand million, but then for good, so draw again.
  return situation.personId !== lockedId || isReferenceTaken ? lookUp(tx, asking) : situation;
}

/**
 * The situations of messages whose senders' persons nobody else has locked, as one flight for all of them. Null: it has to be looked up by itself.
 */
export async function lookUpFree(
  tx: TransactionScope,
  askings: readonly Asking[],
): Promise<readonly (Situation | null)[]> {
  const reads = await readSituations(tx, askings, 'skip locked');
  return reads.map((read) =>
    read && read.lockedId !== null && read.lockedId === read.situation.personId && !read.isReferenceTaken
      ? read.situation
      : null,
  );
}
