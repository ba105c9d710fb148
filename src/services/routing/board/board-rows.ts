import type { AgentId, RoutingTaskId, TeamId } from '../../../values/ids.ts';
import type { TaskState } from '../../../values/vocabulary.ts';
import type { AgentNews, BoardNews } from '../core/routing-board.ts';
import type { RoutingTask } from '../core/routing-state.ts';

/** An agent as the statement of catch-up.ts gives it. */
export interface AgentRow extends AgentNews {
  readonly writtenIn: string;
}

/** A task as the statement of catch-up.ts gives it. Moments in milliseconds. */
export interface TaskRow extends Pick<
  RoutingTask,
  | 'channel'
  | 'signals'
  | 'waitingSince'
  | 'priorityMinutes'
  | 'isTransfer'
  | 'requires'
  | 'earlierAgentIds'
  | 'declines'
  | 'actedThrough'
> {
  readonly id: RoutingTaskId;
  readonly state: TaskState;
  readonly teamId: TeamId | null;
  readonly pinnedToId: AgentId | null;
  readonly pinnedUntil: number | null;
  readonly agentId: AgentId | null;
  readonly agentSince: number | null;
  readonly dueAt: number | null;
}

/** What rows say to a board. */
export function newsOf(agents: readonly AgentRow[], rows: readonly TaskRow[]): BoardNews {
  const waiting: RoutingTask[] = [];
  const work: BoardNews['work'][number][] = [];
  const endedIds: string[] = [];
  for (const row of rows) {
    const task = taskOf(row);
    if (row.state === 'pending') waiting.push(task);
    else if (row.agentId !== null && HAS_AGENT.has(row.state))
      work.push({ task, agentId: row.agentId, since: row.agentSince ?? row.waitingSince });
    else endedIds.push(row.id);
  }
  return { agents, waiting, work, endedIds };
}

const HAS_AGENT: ReadonlySet<TaskState> = new Set(['reserved', 'assigned', 'wrapping']);

const taskOf = ({ pinnedToId, pinnedUntil, ...row }: TaskRow): RoutingTask => ({
  id: row.id,
  channel: row.channel,
  signals: row.signals,
  waitingSince: row.waitingSince,
  priorityMinutes: row.priorityMinutes,
  teamId: row.teamId,
  isTransfer: row.isTransfer,
  requires: row.requires ?? [],
  pin: pinnedToId !== null && pinnedUntil !== null ? { agentId: pinnedToId, until: pinnedUntil } : null,
  earlierAgentIds: row.earlierAgentIds,
  declines: row.declines,
  actedThrough: row.actedThrough,
});
