import type { AgentId, ConversationId, InboxId, RoutingTaskId, TeamId } from '../../../values/ids.ts';
import { pageOf, type Page, type PageRequest } from '../../../values/page.ts';
import type { Channel, TaskState } from '../../../values/vocabulary.ts';
import { requireRight } from '../../access/role-rights.ts';
import { membersOf, withinReach } from '../../customers/person-of.ts';
import type { Scope } from '../../scope.ts';

/** What waits for an agent, has one, or had one. */
export interface RoutingTask {
  readonly id: RoutingTaskId;
  /** Null: the person was erased. */
  readonly conversationId: ConversationId | null;
  readonly state: TaskState;
  readonly channel: Channel;
  readonly inboxId: InboxId | null;
  /** Null: nothing was decided yet. */
  readonly queue: string | null;
  readonly teamId: TeamId | null;
  readonly isTransfer: boolean;
  readonly waitingSince: Date;
  readonly agentId: AgentId | null;
  readonly agentSince: Date | null;
  readonly dueAt: Date | null;
  readonly endedAt: Date | null;
}

/** Which tasks a list is about. What is left out does not matter. */
export interface TaskFilter {
  readonly state?: TaskState | null;
  readonly queue?: string | null;
  readonly inboxId?: string | null;
  readonly teamId?: string | null;
  readonly agentId?: string | null;
  readonly customerId?: string | null;
  readonly conversationId?: string | null;
}

const taskColumns = (sql: Scope['db']['sql']) => sql`
  t.id, t.conversation_id, t.state, t.channel, t.inbox_id, t.queue, t.team_id, t.is_transfer, t.waiting_since, t.agent_id, t.agent_since,
  t.due_at, t.ended_at`;

const keysetOf = (task: RoutingTask) => ({ at: task.waitingSince, id: task.id });

/** Tasks, the one that began to wait last first. */
export async function listTasks(scope: Scope, filter: TaskFilter, request: PageRequest): Promise<Page<RoutingTask>> {
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<RoutingTask[]>`
    select ${taskColumns(sql)} from routing_tasks t
    where ${among(scope, filter)} ${after ? sql`and (t.waiting_since, t.id) < (${after.at}, ${after.id})` : sql``}
    order by t.waiting_since desc, t.id desc
    limit ${request.first + 1}`;
  return pageOf(rows, request, keysetOf);
}

/** What waits for an agent and is offered to none, the longest waiting first. */
export async function listWaitingTasks(
  scope: Scope,
  filter: Pick<TaskFilter, 'queue' | 'inboxId' | 'teamId'>,
  request: PageRequest,
): Promise<Page<RoutingTask>> {
  const { sql } = scope.db;
  const { after } = request;
  const rows = await sql<RoutingTask[]>`
    select ${taskColumns(sql)} from routing_tasks t
    where ${among(scope, filter)} and t.state = 'pending'
      ${after ? sql`and (t.waiting_since, t.id) > (${after.at}, ${after.id})` : sql``}
    order by t.waiting_since, t.id
    limit ${request.first + 1}`;
  return pageOf(rows, request, keysetOf);
}

/** One text per set of filters, so that each is planned for its own index. Whoever may not read a field learns it by no filter either. */
function among(scope: Scope, filter: TaskFilter) {
  const { viewer } = scope;
  requireRight(viewer, 'routing:read');
  const { state, queue, inboxId, teamId, agentId, customerId, conversationId } = filter;
  if (inboxId || conversationId) requireRight(viewer, 'conversations:read');
  if (teamId || agentId) requireRight(viewer, 'agents:read');
  if (customerId) requireRight(viewer, 'customers:read');
  const { sql } = scope.db;
  return sql`true
    ${state ? sql`and t.state = ${state}` : sql``}
    ${queue ? sql`and t.queue = ${queue}` : sql``}
    ${inboxId ? sql`and t.inbox_id = ${inboxId}` : sql``}
    ${teamId ? sql`and t.team_id = ${teamId}` : sql``}
    ${agentId ? sql`and t.agent_id = ${agentId}` : sql``}
    ${customerId ? sql`and t.customer_id in ${membersOf(sql, customerId)}` : sql``}
    ${conversationId ? sql`and t.conversation_id = ${conversationId}` : sql``}`;
}

/** Tasks in the order asked; null: absent. */
export async function tasksByIds(scope: Scope, ids: readonly string[]): Promise<(RoutingTask | null)[]> {
  requireRight(scope.viewer, 'routing:read');
  const { sql } = scope.db;
  const rows = await sql<RoutingTask[]>`
    select ${taskColumns(sql)} from routing_tasks t where t.id = any (${ids as string[]}::text[])`;
  const byId = new Map(rows.map((row) => [row.id as string, row]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The task by which each conversation waits for an agent or has one; else the last that it had. */
export async function tasksOfConversations(
  scope: Scope,
  ids: readonly ConversationId[],
): Promise<(RoutingTask & { readonly conversationId: ConversationId })[]> {
  requireRight(scope.viewer, 'routing:read');
  const { sql } = scope.db;
  return sql`
    select t.*
    from unnest(${ids as string[]}::text[]) as asked(id)
    join conversations c on c.id = asked.id and ${withinReach(scope, 'conversations:read', 'c.customer_id')}
    cross join lateral (
      select ${taskColumns(sql)} from routing_tasks t where t.conversation_id = asked.id
      order by t.state in ('pending', 'reserved', 'assigned') desc, t.id desc
      limit 1
    ) t`;
}
