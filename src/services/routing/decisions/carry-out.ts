import type { AgentId, RoutingDecisionId } from '../../../values/ids.ts';
import { givePlaceBack } from '../../conversations/agent-places.ts';
import type { TransactionScope } from '../../scope.ts';
import type { SharedBoard } from '../board/shared-board.ts';
import type { DecisionRecord } from '../core/decision-record.ts';
import type { Decision } from '../core/routing-board.ts';
import type { LockedTask } from '../tasks/lock-tasks.ts';
import { returnPlaces, takePlaces, type TakenPlaces } from './take-places.ts';
import { writeDecisions } from './write-decisions.ts';

export interface Outcome {
  readonly decisionId: RoutingDecisionId;
  /** Who has it then; whoever is only asked does not. */
  readonly assigneeId: AgentId | null;
  readonly chosenId: AgentId | null;
  readonly record: DecisionRecord | null;
}

/**
 * Carries out those of the latest decisions whose tasks are locked and whose agents give a place, and takes the others back on the board, where they
 * come again. As many statements for many as for one. Answers what was carried out, by task. Whoever has taken the places of all of them beside
 * another statement says so; what of these is not needed is put back.
 */
export async function carryOut(
  tx: TransactionScope,
  shared: SharedBoard,
  decisions: readonly Decision[],
  { locked, taken }: { readonly locked: ReadonlyMap<string, LockedTask>; readonly taken?: TakenPlaces },
): Promise<ReadonlyMap<string, Outcome>> {
  const possible = decisions.flatMap((decision) => {
    const task = locked.get(decision.taskId);
    return task ? { decision, task } : [];
  });
  const newAgentOf = ({ decision: { agentId }, task }: (typeof possible)[number]) =>
    agentId === task.assigneeId ? null : agentId;
  const needed = possible.flatMap((one) => newAgentOf(one) ?? []);
  const given = taken ?? (await takePlaces(tx, shared, needed));
  if (taken) await returnPlaces(tx, taken, needed);
  const carried = possible.filter((one) => {
    const agentId = newAgentOf(one);
    // Else somebody changed this agent meanwhile: what is true by then decides.
    return agentId === null || given.has(agentId);
  });
  const isCarried = new Set(carried.map(({ decision }) => decision));
  const board = shared.of(tx);
  for (const one of [...decisions].reverse()) if (!isCarried.has(one)) board.undo(one, tx.now.getTime());
  for (const one of carried)
    if (one.task.assigneeId !== null && newAgentOf(one) !== null) await givePlaceBack(tx, one.task.assigneeId);
  const written = writeDecisions(
    tx,
    shared.active!.policy,
    carried.map(({ decision: { taskId, agentId, record }, task }) => ({
      ...{ task, agentId, record },
      actedThrough: board.taskOf(taskId)!.actedThrough,
      dueAt: board.dueAtOf(taskId),
    })),
  );
  return new Map(
    carried.map(({ decision: { taskId, agentId, record } }, i) => [
      taskId,
      { ...written[i]!, chosenId: agentId, record },
    ]),
  );
}
