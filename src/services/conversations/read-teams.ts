import type { AgentId, TeamId } from '../../values/ids.ts';
import { pageOf, type Page, type PageRequest } from '../../values/page.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { agentColumns, type Agent } from './conversation.ts';

export interface Team {
  readonly id: TeamId;
  readonly externalId: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** Teams in the order asked; null: absent. */
export async function teamsByIds(scope: Scope, ids: readonly string[]): Promise<(Team | null)[]> {
  requireRight(scope.viewer, 'agents:read');
  const rows = await scope.db.sql<Team[]>`
    select id, external_id, name, created_at from teams where id = any (${ids as string[]})`;
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** Teams, the one made last first. */
export async function listTeams(scope: Scope, request: PageRequest): Promise<Page<Team>> {
  requireRight(scope.viewer, 'agents:read');
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<Team[]>`
    select id, external_id, name, created_at from teams
    where ${after ? sql`(created_at, id) < (${after.at}, ${after.id})` : sql`true`}
    order by created_at desc, id desc
    limit ${request.first + 1}`;
  return pageOf(rows, request, (team) => ({ at: team.createdAt, id: team.id }));
}

/** The teams of agents, by name. */
export function teamsOfAgents(scope: Scope, ids: readonly AgentId[]): Promise<(Team & { agentId: AgentId })[]> {
  requireRight(scope.viewer, 'agents:read');
  return scope.db.sql<(Team & { agentId: AgentId })[]>`
    select m.agent_id, t.id, t.external_id, t.name, t.created_at
    from team_members m join teams t on t.id = m.team_id
    where m.agent_id = any (${ids as string[]}) order by t.name, t.id`;
}

/** The members of teams, by name. */
export function membersOfTeams(scope: Scope, ids: readonly TeamId[]): Promise<(Agent & { teamId: TeamId })[]> {
  requireRight(scope.viewer, 'agents:read');
  const { sql } = scope.db;
  return sql<(Agent & { teamId: TeamId })[]>`
    select m.team_id, ${agentColumns(sql)} from team_members m join agents a on a.id = m.agent_id
    where m.team_id = any (${ids as string[]}) order by a.name, a.id`;
}
