import type { SkillId } from '../../../values/ids.ts';
import { pageOf, type Page, type PageRequest } from '../../../values/page.ts';
import type { SkillClass } from '../../../values/skills.ts';
import { requireRight } from '../../access/role-rights.ts';
import type { Scope } from '../../scope.ts';
import { skillColumns, type Skill, type SkillVersion } from './skill.ts';

/** Skills in the order asked; null: absent. */
export async function skillsByIds(scope: Scope, ids: readonly string[]): Promise<(Skill | null)[]> {
  requireRight(scope.viewer, 'agents:read');
  const { sql } = scope.db;
  const rows = await sql<Skill[]>`select ${skillColumns(sql)} from skills s where s.id = any (${ids as string[]})`;
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The map of skills, of one class or whole, what came last first. */
export async function listSkills(
  scope: Scope,
  filter: { readonly class?: SkillClass | null },
  request: PageRequest,
): Promise<Page<Skill>> {
  requireRight(scope.viewer, 'agents:read');
  const { sql } = scope.db;
  const { after, first } = request;
  const rows = await sql<Skill[]>`
    select ${skillColumns(sql)} from skills s
    where ${filter.class ? sql`s.class = ${filter.class}` : sql`true`}
      ${after ? sql`and (s.created_at, s.id) < (${after.at}, ${after.id})` : sql``}
    order by s.created_at desc, s.id desc
    limit ${first + 1}`;
  return pageOf(rows, request, ({ createdAt, id }) => ({ at: createdAt, id }));
}

/** Skills whose review is due, the longest due first. */
export async function listReviewsDue(scope: Scope, request: PageRequest): Promise<Page<Skill>> {
  requireRight(scope.viewer, 'agents:read');
  const { sql } = scope.db;
  const { after, first } = request;
  const rows = await sql<Skill[]>`
    select ${skillColumns(sql)} from skills s
    where s.review_due_at <= ${scope.now} ${after ? sql`and (s.review_due_at, s.id) > (${after.at}, ${after.id})` : sql``}
    order by s.review_due_at, s.id
    limit ${first + 1}`;
  return pageOf(rows, request, ({ reviewDueAt, id }) => ({ at: reviewDueAt, id }));
}

/** How many agents have each skill. */
export async function agentCountsOfSkills(
  scope: Scope,
  skills: readonly string[],
): Promise<{ skill: string; count: number }[]> {
  requireRight(scope.viewer, 'agents:read');
  return scope.db.sql<{ skill: string; count: number }[]>`
    select skill, count(*)::int as count from agent_skills where skill = any (${skills as string[]}) group by skill`;
}

/** A page of what was done to each skill, the last first: one statement for all of them. */
export async function versionsOfSkills(
  scope: Scope,
  ids: readonly SkillId[],
  request: PageRequest,
): Promise<Page<SkillVersion>[]> {
  requireRight(scope.viewer, 'agents:read');
  const { sql } = scope.db;
  const { after, first } = request;
  const rows = await sql<SkillVersion[]>`
    select v.*
    from unnest(${ids as string[]}::text[]) as asked(id)
    cross join lateral (
      select v.skill_id, v.version, v.act, v.label, v.description, v.owner, v.note, v.at, v.by from skill_versions v
      where v.skill_id = asked.id ${after ? sql`and v.version < ${versionIn(after.id)}` : sql``}
      order by v.version desc
      limit ${first + 1}
    ) v
    order by v.version desc`;
  const bySkill = Map.groupBy(rows, ({ skillId }) => skillId);
  return ids.map((id) => pageOf(bySkill.get(id) ?? [], request, ({ at, version }) => ({ at, id: String(version) })));
}

/** A cursor that somebody made up is behind everything. */
const versionIn = (id: string) => (/^\d{1,9}$/.test(id) ? Number(id) : 0);
