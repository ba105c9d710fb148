import { newId, type AgentId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { checkWhole } from '../../values/check-input.ts';
import { checkName, checkText } from '../../values/check-text.ts';
import { faultOfSkill } from '../../values/skills.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { stream, topic } from '../events/fact.ts';
import type { Scope } from '../scope.ts';
import { recordUsedSkills } from './skills/record-used-skills.ts';
import { LONGEST_SKILL } from './skills/upsert-skill.ts';

export interface AgentRecord {
  readonly externalId: string;
  readonly name: string;
  /** Open conversations at once, at most. */
  readonly capacity: number;
  /** `class:name` to level 1 (knows of it) … 5 (expert): `{ 'language:fi': 5, 'topic:returns': 3 }`. */
  readonly skills: Readonly<Record<string, number>>;
}

const MOST_SKILLS = 200;
const MOST_PLACES = 1_000;

/** Makes the agent with this external id (offline), or brings name, capacity and skills up to date. Skills that are on no map come onto it. */
export function ensureAgent(scope: Scope, record: AgentRecord): Promise<AgentId> {
  requireRight(scope.viewer, 'agents:write');
  checkAgent(record);
  const name = checkName(record.name, ['input', 'name'], 200);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const id = newId('agent');
    const [row] = await sql<{ id: AgentId; isNew: boolean; changed: boolean }[]>`
      with before as (select id, name, capacity from agents where external_id = ${record.externalId}),
      row as (
        insert into agents (id, external_id, name, presence, presence_changed_at, capacity, created_at)
        values (${id}, ${record.externalId}, ${name}, 'offline', ${tx.now}, ${record.capacity}, ${tx.now})
        on conflict (external_id) do update set name = excluded.name, capacity = excluded.capacity
        returning id, name, capacity
      )
      select row.id, row.id = ${id} as is_new,
        (row.name, row.capacity) is distinct from (before.name, before.capacity) as changed
      from row left join before on true`;
    const { id: agentId, isNew, changed } = row!;
    if (isNew)
      await sql`insert into agent_versions (agent_id, valid_from, presence) values (${agentId}, ${tx.now}, 'offline')`;
    await recordUsedSkills(tx, Object.keys(record.skills));
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

function checkAgent({ externalId, capacity, skills }: AgentRecord): void {
  checkText(externalId, ['input', 'externalId'], 200);
  checkWhole(capacity, ['input', 'capacity'], 0, MOST_PLACES);
  const entries = Object.entries(skills);
  if (entries.length > MOST_SKILLS)
    throw new Refusal('INVALID_INPUT', `An agent has ${MOST_SKILLS} skills at most.`, ['input', 'skills']);
  for (const [skill, level] of entries) {
    checkText(skill, ['input', 'skills'], LONGEST_SKILL);
    const fault = faultOfSkill(skill);
    if (fault) throw new Refusal('INVALID_INPUT', fault, ['input', 'skills']);
    checkWhole(level, ['input', 'skills', 'level'], 1, 5);
  }
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
