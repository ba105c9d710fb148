import { checkName, checkText } from '../../values/check-text.ts';
import { newId, type TeamId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream, topic } from '../events/fact.ts';
import type { Scope, TransactionScope } from '../scope.ts';

interface TeamRecord {
  /** Name of the team in the system that keeps it. Unique. */
  readonly externalId: string;
  readonly name: string;
  /** Everybody who belongs to it from now on. Null or absent: as before, nobody in a new one. */
  readonly memberIds?: readonly string[] | null | undefined;
}

export const LARGEST_TEAM = 200;

/** Makes the team with this external id, or brings its name and members up to date. What is the same is no fact. */
export function upsertTeam(scope: Scope, record: TeamRecord): Promise<TeamId> {
  requireRight(scope.viewer, 'agents:write');
  const externalId = checkText(record.externalId, ['input', 'externalId'], 200);
  const name = checkName(record.name, ['input', 'name'], 200);
  const memberIds = record.memberIds && [...new Set(record.memberIds)];
  if (memberIds && memberIds.length > LARGEST_TEAM)
    throw new Refusal('INVALID_INPUT', `A team has ${LARGEST_TEAM} members at most.`, ['input', 'memberIds']);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [row] = await sql<{ id: TeamId; changed: boolean }[]>`
      with before as (select name from teams where external_id = ${externalId})
      insert into teams as t (id, external_id, name, created_at)
      values (${newId('team')}, ${externalId}, ${name}, ${tx.now})
      on conflict (external_id) do update set name = excluded.name
      returning t.id, t.name is distinct from (select name from before) as changed`;
    const { id, changed } = row!;
    const movedIds = memberIds ? await replaceMembers(tx, id, memberIds) : [];
    if (changed || movedIds.length > 0)
      recordFact(tx, {
        type: 'team.recorded',
        streams: [stream.team(id), ...movedIds.map((agentId) => stream.agent(agentId))],
        topics: [topic.routing],
        details: { teamId: id },
      });
    return id;
  });
}

/** Answers who came and who went. */
async function replaceMembers(tx: TransactionScope, teamId: TeamId, memberIds: readonly string[]): Promise<string[]> {
  const { sql } = tx.db;
  const known = await sql<{ id: string }[]>`select id from agents where id = any (${memberIds as string[]})`;
  const missing = memberIds.findIndex((id) => !known.some((agent) => agent.id === id));
  if (missing >= 0)
    throw new Refusal('NOT_FOUND', 'There is no agent with this id.', ['input', 'memberIds', String(missing)]);
  const [gone, come] = await Promise.all([
    sql<{ agentId: string }[]>`
      delete from team_members where team_id = ${teamId} and agent_id <> all (${memberIds as string[]}) returning agent_id`,
    sql<{ agentId: string }[]>`
      insert into team_members (team_id, agent_id) select ${teamId}, id from unnest(${memberIds as string[]}::text[]) as m(id) order by id
      on conflict do nothing returning agent_id`,
  ]);
  return [...gone, ...come].map(({ agentId }) => agentId).sort();
}
