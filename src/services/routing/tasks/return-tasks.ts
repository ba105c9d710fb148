import type { AgentId, RoutingTaskId } from '../../../values/ids.ts';
import type { ReservationState } from '../../../values/vocabulary.ts';
import { conversationFact } from '../../conversations/conversation-fact.ts';
import { holderOf, isSameParty } from '../../conversations/party.ts';
import { controlFact } from '../../conversations/set-control.ts';
import { recordFact } from '../../events/atomically.ts';
import { topic } from '../../events/fact.ts';
import type { TransactionScope } from '../../scope.ts';
import type { LockedTask } from './lock-tasks.ts';

/** Why a task leaves its agent and waits again. */
export type ReturnReason = 'timed_out' | 'rejected' | 'offline' | 'rerouted';

/** What an offer becomes by it. */
const OFFER_BECOMES: Readonly<Record<ReturnReason, ReservationState>> = {
  timed_out: 'timed_out',
  rejected: 'rejected',
  offline: 'canceled',
  rerouted: 'canceled',
};

/**
 * Tasks that were offered to an agent, or that one has, wait again, with all the time that they have waited. Who did not take an offer is not asked again
 * for so long. The persons are locked by the caller; what is neither offered nor assigned stays as it is.
 */
export async function returnTasks(
  tx: TransactionScope,
  tasks: readonly LockedTask[],
  { reason, declineSeconds }: { readonly reason: ReturnReason; readonly declineSeconds: number },
): Promise<void> {
  const { sql } = tx.db;
  const had = tasks.filter(({ state, agentId }) => agentId !== null && (state === 'reserved' || state === 'assigned'));
  if (had.length === 0) return;
  const ids = had.map(({ taskId }) => taskId as string);
  const isDeclined = reason === 'timed_out' || reason === 'rejected';
  const until = tx.now.getTime() + declineSeconds * 1_000;
  const counts = Map.groupBy(had, ({ agentId }) => agentId!);
  const agentIds = [...counts.keys()];
  const [, offers] = await Promise.all([
    // In one order, as whoever gives and takes places does.
    sql`select 1 from agents where id = any (${agentIds}::text[]) order by id for no key update`,
    sql<{ taskId: RoutingTaskId; id: string }[]>`
      update routing_reservations set state = ${OFFER_BECOMES[reason]}, answered_at = ${tx.now}
      where task_id = any (${ids}::text[]) and state = 'pending'
      returning task_id, id`,
    sql`
      update agents a set load = greatest(0, a.load - d.places), last_work_at = ${tx.now}
      from unnest(${agentIds}::text[], ${[...counts.values()].map(({ length }) => length)}::int[]) as d(id, places)
      where a.id = d.id`,
    sql`
      update conversations c set assignee_id = null,
        control_kind = case when c.control_kind = 'agent' and c.control_id = t.agent_id then null else c.control_kind end,
        control_id = case when c.control_kind = 'agent' and c.control_id = t.agent_id then null else c.control_id end,
        control_since = case when c.control_kind = 'agent' and c.control_id = t.agent_id then null else c.control_since end
      from routing_tasks t
      where t.id = any (${ids}::text[]) and t.state = 'assigned' and c.id = t.conversation_id`,
    sql`
      update routing_tasks t set state = 'pending', agent_id = null, agent_since = null, due_at = null,
        -- Whoever it was for alone did not take it, or is gone: now it is for others.
        pinned_to_id = case when t.pinned_to_id <> t.agent_id then t.pinned_to_id end,
        pinned_until = case when t.pinned_to_id <> t.agent_id then t.pinned_until end,
        declines = case when not ${isDeclined} then t.declines else (
            select coalesce(jsonb_agg(d), '[]') from jsonb_array_elements(t.declines) d
            where d ->> 'agentId' <> t.agent_id and (d ->> 'until')::bigint > ${tx.now.getTime()}
          ) || jsonb_build_array(jsonb_build_object('agentId', t.agent_id, 'until', ${until}::bigint)) end
      where t.id = any (${ids}::text[])`,
  ]);
  const offerOf = new Map(offers.map(({ taskId, id }) => [taskId, id]));
  for (const task of had)
    nameFacts(tx, task, task.agentId!, { reason, reservationId: offerOf.get(task.taskId) ?? null });
}

function nameFacts(
  tx: TransactionScope,
  task: LockedTask,
  agentId: AgentId,
  { reason, reservationId }: { reason: ReturnReason; reservationId: string | null },
): void {
  const { taskId, id, personId, inboxId, channel, assigneeId: former } = task;
  const isAssigned = task.state === 'assigned';
  const standing = { id, personId, inboxId, channel, assigneeId: isAssigned ? null : former };
  const holder = holderOf(task);
  if (isAssigned && isSameParty(holder, { kind: 'agent', id: agentId }))
    recordFact(tx, controlFact(standing, holder, null));
  if (isAssigned)
    recordFact(
      tx,
      conversationFact(standing, {
        type: 'conversation.unassigned',
        topics: [topic.routing],
        left: { assigneeId: former },
      }),
    );
  const type = reason === 'timed_out' ? 'routing.timed_out' : 'routing.returned';
  const details = { taskId, reservationId, agentId, reason };
  const left = reservationId === null ? {} : { assigneeId: agentId };
  recordFact(tx, conversationFact(standing, { type, topics: [topic.routing], left, details }));
}
