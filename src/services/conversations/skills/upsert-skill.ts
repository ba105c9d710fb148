import { checkOptionalText, checkText } from '../../../values/check-text.ts';
import { newId, type SkillId } from '../../../values/ids.ts';
import { Refusal } from '../../../values/refusal.ts';
import { classOfSkill, faultOfSkill } from '../../../values/skills.ts';
import { requireRight } from '../../access/role-rights.ts';
import { atomically } from '../../events/atomically.ts';
import type { Scope } from '../../scope.ts';
import { skillColumns, type Skill } from './skill.ts';

/** A skill as it should stand on the map. Absent: as before; null: none. */
export interface SkillRecord {
  /** `class:name`: by this it is known. */
  readonly skill: string;
  readonly label?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly owner?: string | null | undefined;
}

export const LONGEST_SKILL = 151;
const LONGEST_NAME = 200;
const LONGEST_DESCRIPTION = 2_000;

/** Puts a skill on the map, or changes how it is described there, under a new version. What changes nothing makes none. */
export function upsertSkill(scope: Scope, record: SkillRecord): Promise<SkillId> {
  requireRight(scope.viewer, 'agents:write');
  const { skill } = record;
  checkText(skill, ['input', 'skill'], LONGEST_SKILL);
  const fault = faultOfSkill(skill);
  if (fault) throw new Refusal('INVALID_INPUT', fault, ['input', 'skill']);
  const told = {
    label: readText(record.label, 'label', LONGEST_NAME),
    description: readText(record.description, 'description', LONGEST_DESCRIPTION),
    owner: readText(record.owner, 'owner', LONGEST_NAME),
  };
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const id = newId('skill');
    const made = await sql`
      insert into skills (id, skill, class, label, description, owner, version, review_due_at, created_at)
      values (${id}, ${skill}, ${classOfSkill(skill)}, ${told.label ?? null}, ${told.description ?? null}, ${told.owner ?? null}, 1,
        ${tx.now}::timestamptz + interval '1 month', ${tx.now})
      on conflict (skill) do nothing`;
    const [now] = await sql<Skill[]>`select ${skillColumns(sql)} from skills s where s.skill = ${skill} for update`;
    const next = { ...now!, ...withoutAbsent(told) };
    const isNew = made.count === 1;
    if (!isNew && next.label === now!.label && next.description === now!.description && next.owner === now!.owner)
      return now!.id;
    const version = isNew ? 1 : now!.version + 1;
    const { label, description, owner } = next;
    await Promise.all([
      sql`update skills set ${sql({ label, description, owner, version })} where id = ${next.id}`,
      sql`
        insert into skill_versions (skill_id, version, act, label, description, owner, at, by)
        values (${next.id}, ${version}, ${isNew ? 'recorded' : 'changed'}, ${label}, ${description}, ${owner}, ${tx.now},
          ${tx.viewer.principal})`,
    ]);
    return next.id;
  });
}

const readText = (text: string | null | undefined, field: string, longest: number) =>
  text === undefined ? undefined : checkOptionalText(text, ['input', field], longest);

const withoutAbsent = (told: Partial<Record<'label' | 'description' | 'owner', string | null | undefined>>) =>
  Object.fromEntries(Object.entries(told).filter(([, text]) => text !== undefined)) as Partial<Skill>;
