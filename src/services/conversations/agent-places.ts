import type { AgentId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';

/** Takes one of an agent's places. False: none is free any more, or the agent is not online; nothing was changed. */
export async function takePlace(tx: TransactionScope, agentId: AgentId): Promise<boolean> {
  const taken = await tx.db.sql`
    update agents set load = load + 1, last_work_at = ${tx.now}
    where id = ${agentId} and presence = 'online' and load < capacity`;
  return taken.count === 1;
}

/** Gives a place back. */
export const givePlaceBack = (tx: TransactionScope, agentId: AgentId): Promise<void> => givePlacesBack(tx, agentId, 1);

/** Gives what was taken back, of which there may be less by now. */
export async function givePlacesBack(tx: TransactionScope, agentId: AgentId, places: number): Promise<void> {
  await tx.db.sql`
    update agents set load = greatest(0, load - ${places}::int), last_work_at = ${tx.now} where id = ${agentId} and load > 0`;
}

/**
 * Takes a place for what a colleague hands over or assigns: also from an agent who takes nothing else. Forced: whatever the agent's
 * presence and load are. False: none is free; nothing was changed.
 */
export async function takeHandedPlace(tx: TransactionScope, agentId: AgentId, isForced: boolean): Promise<boolean> {
  const taken = await tx.db.sql`
    update agents set load = load + 1, last_work_at = ${tx.now}
    where id = ${agentId} and (${isForced} or (presence in ('online', 'transfers_only') and load < capacity))`;
  return taken.count === 1;
}

/** Locks agents in one order, so that two who exchange conversations do not wait for each other. */
export async function lockPlaces(tx: TransactionScope, agentIds: readonly (AgentId | null)[]): Promise<void> {
  const ids = agentIds.filter((id) => id !== null);
  if (ids.length > 1) await tx.db.sql`select 1 from agents where id = any (${ids}) order by id for no key update`;
}
