import { checkOptionalText } from '../../../values/check-text.ts';
import type { SkillId } from '../../../values/ids.ts';
import { Refusal } from '../../../values/refusal.ts';
import { requireRight } from '../../access/role-rights.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope } from '../../scope.ts';
import { skillColumns, type Skill } from './skill.ts';

const LONGEST_NOTE = 2_000;

/** Says that somebody looked at a skill and who has it, and found it right: the next review is due in a month. */
export function reviewSkill(scope: Scope, id: string, note?: string | null): Promise<SkillId> {
  requireRight(scope.viewer, 'agents:write');
  const found = checkOptionalText(note, ['note'], LONGEST_NOTE);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const [reviewed] = await sql<Skill[]>`
      update skills s set version = version + 1, reviewed_at = ${tx.now}, review_due_at = ${tx.now}::timestamptz + interval '1 month'
      where id = ${id} returning ${skillColumns(sql)}`;
    if (!reviewed) throw new Refusal('NOT_FOUND', 'There is no skill with this id.', ['id']);
    const { version, label, description, owner } = reviewed;
    await sql`
      insert into skill_versions (skill_id, version, act, label, description, owner, note, at, by)
      values (${reviewed.id}, ${version}, 'reviewed', ${label}, ${description}, ${owner}, ${found}, ${tx.now}, ${tx.viewer.principal})`;
    return reviewed.id;
  });
}
