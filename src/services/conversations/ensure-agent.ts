import { newId, type AgentId } from '../../values/ids.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream, topic } from '../events/fact.ts';
import type { Scope } from '../scope.ts';

export interface AgentRecord {
  readonly externalId: string;
  readonly name: string;
  /** Open conversations at once, at most. */
  readonly capacity: number;
  /** `class:name` to level 1 (knows of it) … 5 (expert): `{ 'language:fi': 5, 'topic:returns': 3 }`. */
  readonly skills: Readonly<Record<string, number>>;
}

/** Makes the agent with this external id (offline), or brings name, capacity and skills up to date. */
export function ensureAgent(scope: Scope, record: AgentRecord): Promise<AgentId> {
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const id = newId('agent');
    const [row] = await sql<{ id: AgentId; isNew: boolean; changed: boolean }[]>`
      with before as (select id, name, capacity from agents where external_id = ${record.externalId}),
      row as (
        insert into agents (id, external_id, name, presence, presence_changed_at, capacity, created_at)
        values (${id}, ${record.externalId}, ${record.name}, 'offline', ${tx.now}, ${record.capacity}, ${tx.now})
        on conflict (external_id) do update set name = excluded.name, capacity = excluded.capacity
        returning id, name, capacity
      )
      select row.id, row.id = ${id} as is_new,
        (row.name, row.capacity) is distinct from (before.name, before.capacity) as changed
      from row left join before on true`;
    const { id: agentId, isNew, changed } = row!;
    if (isNew)
      await sql`insert into agent_versions (agent_id, valid_from, presence) values (${agentId}, ${tx.now}, 'offline')`;
    const skillsChanged = await replaceSkills(tx.db.sql, agentId, record.skills);
    if (isNew || changed || skillsChanged)
      recordFact(tx, {
        type: isNew ? 'agent.created' : 'agent.updated',
        streams: [stream.agent(agentId)],
        topics: [topic.routing],
        details: { agentId, capacity: record.capacity },
      });
    return agentId;
  });
}

async function replaceSkills(
  sql: Scope['db']['sql'],
  agentId: AgentId,
  skills: AgentRecord['skills'],
): Promise<boolean> {
  const names = Object.keys(skills);
  const [removed, written] = await Promise.all([
    sql`delete from agent_skills where agent_id = ${agentId} and skill <> all (${names}::text[])`,
    sql`
      insert into agent_skills (agent_id, skill, level)
      select ${agentId}, skill, level from unnest(${names}::text[], ${Object.values(skills)}::int[]) as s(skill, level)
      on conflict (agent_id, skill) do update set level = excluded.level where agent_skills.level <> excluded.level`,
  ]);
  return removed.count + written.count > 0;
}
