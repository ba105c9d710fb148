import { pageOf, type Page, type PageRequest } from '../../values/page.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { agentColumns, type Agent } from './conversation.ts';

/** Agents with skills in the order asked; null: absent. */
export async function agentsByIds(scope: Scope, ids: readonly string[]): Promise<(Agent | null)[]> {
  requireRight(scope.viewer, 'agents:read');
  const { sql } = scope.db;
  const rows = await sql<Agent[]>`
    select ${agentColumns(sql)} from agents a where a.id = any (${ids as string[]}::text[])`;
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** Agents, the one made last first. */
export async function listAgents(scope: Scope, request: PageRequest): Promise<Page<Agent>> {
  requireRight(scope.viewer, 'agents:read');
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<Agent[]>`
    select ${agentColumns(sql)} from agents a
    where ${after ? sql`(a.created_at, a.id) < (${after.at}, ${after.id})` : sql`true`}
    order by a.created_at desc, a.id desc
    limit ${request.first + 1}`;
  return pageOf(rows, request, (agent) => ({ at: agent.createdAt, id: agent.id }));
}
