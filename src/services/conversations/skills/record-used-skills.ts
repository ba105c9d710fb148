import { newId } from '../../../values/ids.ts';
import { classOfSkill } from '../../../values/skills.ts';
import type { TransactionScope } from '../../scope.ts';

/** Puts skills that somebody has and nobody described on the map, without an owner and due for review: there they are seen. */
export async function recordUsedSkills(tx: TransactionScope, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const { sql } = tx.db;
  // In one order, so that two who bring the same do not wait for each other.
  const rows = [...names].sort().map((skill) => ({ id: newId('skill'), skill, class: classOfSkill(skill) }));
  await sql`
    with brought as (
      insert into skills (id, skill, class, version, review_due_at, created_at)
      select r.id, r.skill, r.class, 1, ${tx.now}, ${tx.now}
      from jsonb_to_recordset(${sql.json(rows)}::jsonb) as r(id text, skill text, class text)
      where not exists (select from skills s where s.skill = r.skill)
      order by r.skill
      on conflict (skill) do nothing
      returning id
    )
    insert into skill_versions (skill_id, version, act, at, by)
    select id, 1, 'recorded', ${tx.now}, ${tx.viewer.principal} from brought`;
}
