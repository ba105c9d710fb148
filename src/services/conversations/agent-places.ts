import type { AgentId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';

/**
 * Takes one of an agent's places. False: none is free any more, the agent is not online, or has another load than the caller
 * decided on; nothing was changed.
 */
export async function takePlace(tx: TransactionScope, agentId: AgentId, seenLoad?: number): Promise<boolean> {
  const taken = await tx.db.sql`
    update agents set load = load + 1
    where id = ${agentId} and presence = 'online' and load < capacity
      and load = coalesce(${seenLoad ?? null}::int, load)`;
  return taken.count === 1;
}

/** Gives a place back. */
export async function givePlaceBack(tx: TransactionScope, agentId: AgentId): Promise<void> {
  await tx.db.sql`update agents set load = load - 1 where id = ${agentId} and load > 0`;
}
