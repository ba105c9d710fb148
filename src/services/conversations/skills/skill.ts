import type { Sql } from '../../../database/open-database.ts';
import type { SkillId } from '../../../values/ids.ts';
import type { SkillAct, SkillClass } from '../../../values/skills.ts';

/** A skill on the map. */
export interface Skill {
  readonly id: SkillId;
  /** `class:name`. */
  readonly skill: string;
  readonly class: SkillClass;
  readonly label: string | null;
  readonly description: string | null;
  readonly owner: string | null;
  readonly version: number;
  readonly reviewedAt: Date | null;
  readonly reviewDueAt: Date;
  readonly createdAt: Date;
}

/** A skill as it was described from then on. */
export interface SkillVersion {
  readonly skillId: SkillId;
  readonly version: number;
  readonly act: SkillAct;
  readonly label: string | null;
  readonly description: string | null;
  readonly owner: string | null;
  readonly note: string | null;
  readonly at: Date;
  readonly by: string;
}

export const skillColumns = (sql: Sql) =>
  sql`s.id, s.skill, s.class, s.label, s.description, s.owner, s.version, s.reviewed_at, s.review_due_at, s.created_at`;
