import type { AgentId } from '../../../values/ids.ts';
import type { TransactionScope } from '../../scope.ts';
import type { SharedBoard } from '../board/shared-board.ts';

/** What agents gave: each that gave all that was asked of it, with what is put back where it turns out that it is not needed. */
export type TakenPlaces = ReadonlyMap<AgentId, { readonly places: number; readonly lastWorkAt: Date | null }>;

/**
 * Takes a place of each of these agents, several of one that is named several times. Resolving, assigning, presence do not stand in the line of
 * routing: an agent whom somebody changed since the board was brought up to date gives none. Answers who gave all that was asked for.
 */
export async function takePlaces(
  tx: TransactionScope,
  { agentWrittenIn }: SharedBoard,
  agentIds: readonly AgentId[],
): Promise<TakenPlaces> {
  if (agentIds.length === 0) return new Map();
  const { sql } = tx.db;
  const counts = placesOf(agentIds);
  const ids = [...counts.keys()];
  const known = ids.map((id) => agentWrittenIn.get(id)!);
  const [before, taken] = await Promise.all([
    // In one order, as whoever gives and takes places does.
    sql<{ id: AgentId; lastWorkAt: Date | null }[]>`
      select id, last_work_at from agents where id = any (${ids}::text[]) order by id for no key update`,
    sql<{ id: AgentId }[]>`
      update agents a set load = a.load + asked.places, last_work_at = ${tx.now}
      from unnest(${ids}::text[], ${[...counts.values()]}::int[], ${known}::xid8[]) as asked(id, places, known)
      where a.id = asked.id and a.changed_in = asked.known
      returning a.id`,
  ]);
  const worked = new Map(before.map(({ id, lastWorkAt }) => [id, lastWorkAt]));
  return new Map(taken.map(({ id }) => [id, { places: counts.get(id)!, lastWorkAt: worked.get(id) ?? null }]));
}

/** Puts back what was taken of agents beyond a place for each time that one is named here. Who is not named has not worked. */
export async function returnPlaces(
  tx: TransactionScope,
  taken: TakenPlaces,
  needed: readonly AgentId[],
): Promise<void> {
  const { sql } = tx.db;
  const counts = placesOf(needed);
  const spare = [...taken].flatMap(([id, { places, lastWorkAt }]) => {
    const used = counts.get(id) ?? 0;
    return used < places ? { id, places: places - used, last_work_at: used > 0 ? tx.now : lastWorkAt } : [];
  });
  if (spare.length === 0) return;
  await sql`
    update agents a set load = a.load - d.places, last_work_at = d.last_work_at
    from jsonb_to_recordset(${sql.json(spare as never)}::jsonb) as d(id text, places int, last_work_at timestamptz)
    where a.id = d.id`;
}

function placesOf(agentIds: readonly AgentId[]): Map<AgentId, number> {
  const counts = new Map<AgentId, number>();
  for (const id of agentIds) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
