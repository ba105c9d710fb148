import { policyOf } from '../../src/services/routing/core/read-policy.ts';
import type { PolicyDocument } from '../../src/services/routing/core/policy-document.ts';
import type { Decision } from '../../src/services/routing/core/routing-board.ts';
import { RoutingBoard } from '../../src/services/routing/core/routing-board.ts';
import type { RoutingAgent, RoutingTask, SignalValue } from '../../src/services/routing/core/routing-state.ts';
import type { AgentId } from '../../src/values/ids.ts';

/** A moment from which tests count in milliseconds. */
export const START = Date.parse('2026-11-20T08:00:00Z');

export const agentId = (name: string): AgentId => `agt_${name}`;

export const anAgent = (name: string, but: Partial<RoutingAgent> = {}): RoutingAgent => ({
  id: agentId(name),
  name,
  presence: 'online',
  channelsOff: [],
  capacity: 4,
  placesTaken: 0,
  skills: {},
  teamIds: [],
  lastWorkAt: START,
  ...but,
});

export const aTask = (
  id: string,
  signals: Record<string, SignalValue> = {},
  but: Partial<RoutingTask> = {},
): RoutingTask => ({
  id,
  channel: 'live_chat',
  signals: Object.fromEntries(
    Object.entries(signals).map(([name, value]) => [name, { value, source: 'test', at: START }]),
  ),
  waitingSince: START,
  priorityMinutes: 0,
  teamId: null,
  isTransfer: false,
  pin: null,
  earlierAgentIds: [],
  declines: [],
  actedThrough: -1,
  ...but,
});

/** A board with these agents, at START. */
export function aBoard(document: PolicyDocument, ...agents: RoutingAgent[]): RoutingBoard {
  return RoutingBoard.of(policyOf(document), { agents, tasks: [], work: [] }, START, { policyVersion: 7 });
}

/** Who got what, in order: `["t1 → ann", "t2 waits"]`. */
export const told = (decisions: readonly Decision[]): string[] =>
  decisions.map(({ taskId, agentId: id }) => (id ? `${taskId} → ${id.slice(4)}` : `${taskId} waits`));
