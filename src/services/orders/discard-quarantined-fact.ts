import { checkOptionalText } from '../../values/check-text.ts';
import type { QuarantinedFactId } from '../../values/ids.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import { decideQuarantinedFact } from './decide-quarantined-fact.ts';

/** Puts a fact that is kept apart away for good: it stays in the history of its order and never counts. */
export async function discardQuarantinedFact(
  scope: Scope,
  id: string,
  note: string | null,
): Promise<QuarantinedFactId> {
  requireRight(scope.viewer, 'quarantine:write');
  const why = checkOptionalText(note, ['note'], 1_000);
  return atomically(scope, async (tx) => (await decideQuarantinedFact(tx, id, 'discarded', why)).id);
}
