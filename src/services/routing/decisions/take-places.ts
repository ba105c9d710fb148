import type { AgentId } from '../../../values/ids.ts';
import type { TransactionScope } from '../../scope.ts';
import type { SharedBoard } from '../board/shared-board.ts';

/**
 * Takes a place of each of these agents, several of one that is named several times. Resolving, assigning, presence do not stand in the line of
 * routing: an agent whom somebody changed since the board was brought up to date gives none. Answers who gave all that was asked for.
 */
export async function takePlaces(
  tx: TransactionScope,
  { agentWrittenIn }: SharedBoard,
  agentIds: readonly AgentId[],
): Promise<ReadonlySet<AgentId>> {
  if (agentIds.length === 0) return new Set();
  const { sql } = tx.db;
  const counts = new Map<AgentId, number>();
  for (const id of agentIds) counts.set(id, (counts.get(id) ?? 0) + 1);
  const ids = [...counts.keys()];
  const known = ids.map((id) => agentWrittenIn.get(id)!);
  const [, taken] = await Promise.all([
    // In one order, as whoever gives and takes places does.
    sql`select 1 from agents where id = any (${ids}::text[]) order by id for no key update`,
    sql<{ id: AgentId }[]>`
      update agents a set load = a.load + asked.places, last_work_at = ${tx.now}
      from unnest(${ids}::text[], ${[...counts.values()]}::int[], ${known}::xid8[]) as asked(id, places, known)
      where a.id = asked.id and a.changed_in = asked.known
      returning a.id`,
  ]);
  return new Set(taken.map(({ id }) => id));
}
