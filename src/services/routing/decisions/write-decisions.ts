import { newId, type AgentId, type RoutingDecisionId, type RoutingReservationId } from '../../../values/ids.ts';
import { conversationFact, type Standing } from '../../conversations/conversation-fact.ts';
import { holderOf, isSameParty } from '../../conversations/party.ts';
import { controlFact } from '../../conversations/set-control.ts';
import { recordFact, writeBeside } from '../../events/atomically.ts';
import { topic } from '../../events/fact.ts';
import type { TransactionScope } from '../../scope.ts';
import type { DecisionRecord } from '../core/decision-record.ts';
import { explainDecision } from '../core/explain/explain-decision.ts';
import { offerTerms, type RoutingPolicy } from '../core/routing-policy.ts';
import type { LockedTask } from '../tasks/lock-tasks.ts';

/** A decision that can be carried out: whoever was chosen gave a place, and the person is locked. */
export interface Decided {
  readonly task: LockedTask;
  readonly agentId: AgentId | null;
  /** Null: that it goes on waiting was told before. */
  readonly record: DecisionRecord | null;
  readonly actedThrough: number;
  /** When the task, if it waits on, changes by time alone. */
  readonly dueAt: number | null;
}

interface Row extends Decided {
  readonly decisionId: RoutingDecisionId;
  readonly reservationId: RoutingReservationId;
  readonly isOffer: boolean;
  readonly acceptSeconds: number;
  readonly wrapUpSeconds: number;
}

/**
 * Writes decisions and what follows: the record, the task, the reservation, who has the conversation and the control, and the facts. As many statements
 * for many as for one. Answers the id of each record and who has the conversation then, in order.
 */
export function writeDecisions(
  tx: TransactionScope,
  policy: RoutingPolicy,
  decided: readonly Decided[],
): { decisionId: RoutingDecisionId; assigneeId: AgentId | null }[] {
  if (decided.length === 0) return [];
  const rows = decided.map((one): Row => {
    const { acceptSeconds, wrapUpSeconds } = offerTerms(policy, one.task.channelOfTask);
    const isOffer = one.agentId !== null && acceptSeconds > 0;
    const [decisionId, reservationId] = [newId('routingDecision'), newId('routingReservation')];
    return { ...one, decisionId, reservationId, isOffer, acceptSeconds, wrapUpSeconds };
  });
  writeRecords(tx, rows);
  writeTasks(tx, rows);
  writeReservations(tx, rows);
  writeConversations(tx, rows);
  for (const row of rows) nameFacts(tx, row);
  return rows.map((row) => ({ decisionId: row.decisionId, assigneeId: assigneeAfter(row) }));
}

function writeRecords(tx: TransactionScope, rows: readonly Row[]): void {
  const { sql } = tx.db;
  const records = rows.flatMap(({ record, decisionId, task }) => {
    if (!record) return [];
    const {
      taskId,
      at: _,
      policyVersion,
      chosenId,
      requirements,
      candidates,
      othersByReason,
      ...circumstances
    } = record;
    return {
      id: decisionId,
      conversation_id: task.id,
      customer_id: task.customerId,
      chosen_agent_id: chosenId,
      requirements: requirements.map((one) => ({ ...one, source: one.signal ?? 'policy' })),
      candidates,
      others_by_reason: othersByReason,
      explanation: explainDecision(record),
      task_id: taskId,
      policy_version: policyVersion,
      circumstances,
    };
  });
  if (records.length === 0) return;
  writeBeside(
    tx,
    sql`
      insert into routing_decisions (id, conversation_id, customer_id, decided_at, chosen_agent_id, requirements, candidates, others_by_reason,
        explanation, task_id, policy_version, circumstances)
      select d.id, d.conversation_id, d.customer_id, ${tx.now}::timestamptz, d.chosen_agent_id, d.requirements, d.candidates, d.others_by_reason,
        d.explanation, d.task_id, d.policy_version, d.circumstances
      from jsonb_to_recordset(${sql.json(records as never)}::jsonb) as d(id text, conversation_id text, customer_id text, chosen_agent_id text,
        requirements jsonb, candidates jsonb, others_by_reason jsonb, explanation text, task_id text, policy_version int, circumstances jsonb)`,
  );
}

function writeTasks(tx: TransactionScope, rows: readonly Row[]): void {
  const { sql } = tx.db;
  const now = tx.now.getTime();
  const tasks = rows.map(({ task, agentId, record, isOffer, actedThrough, dueAt, acceptSeconds, wrapUpSeconds }) => ({
    id: task.taskId,
    queue: record?.queue ?? null,
    state: agentId === null ? task.state : isOffer ? 'reserved' : 'assigned',
    agent_id: agentId ?? (task.state === 'assigned' ? task.agentId : null),
    acted_through: actedThrough,
    due_at: isOffer ? now + acceptSeconds * 1_000 : agentId === null ? dueAt : null,
    wrap_up_seconds: wrapUpSeconds,
  }));
  writeBeside(
    tx,
    sql`
      update routing_tasks t set state = d.state, acted_through = d.acted_through, wrap_up_seconds = d.wrap_up_seconds,
        due_at = to_timestamp(d.due_at / 1000.0), agent_id = d.agent_id, queue = coalesce(d.queue, t.queue),
        agent_since = case when d.agent_id is null then null when t.agent_id = d.agent_id and t.state = d.state then t.agent_since
          else ${tx.now}::timestamptz end
      from jsonb_to_recordset(${sql.json(tasks)}::jsonb)
        as d(id text, queue text, state text, agent_id text, acted_through int, due_at bigint, wrap_up_seconds int)
      where t.id = d.id`,
  );
}

function writeReservations(tx: TransactionScope, rows: readonly Row[]): void {
  const { sql } = tx.db;
  const given = rows
    .filter(({ agentId, task }) => agentId !== null && agentId !== task.assigneeId)
    .map(({ reservationId, decisionId, task, agentId, isOffer, acceptSeconds }) => ({
      id: reservationId,
      task_id: task.taskId,
      agent_id: agentId,
      conversation_id: task.id,
      customer_id: task.customerId,
      decision_id: decisionId,
      state: isOffer ? 'pending' : 'accepted',
      accept_seconds: isOffer ? acceptSeconds : null,
    }));
  if (given.length === 0) return;
  writeBeside(
    tx,
    sql`
      insert into routing_reservations (id, task_id, agent_id, conversation_id, customer_id, decision_id, state, offered_at, expires_at, answered_at)
      select r.id, r.task_id, r.agent_id, r.conversation_id, r.customer_id, r.decision_id, r.state, ${tx.now}::timestamptz,
        ${tx.now}::timestamptz + r.accept_seconds * interval '1 second', case when r.state = 'accepted' then ${tx.now}::timestamptz end
      from jsonb_to_recordset(${sql.json(given)}::jsonb) as r(id text, task_id text, agent_id text, conversation_id text, customer_id text,
        decision_id text, state text, accept_seconds int)`,
  );
}

/** Whoever is offered a conversation does not have it yet; whoever had it has it no more. */
function writeConversations(tx: TransactionScope, rows: readonly Row[]): void {
  const { sql } = tx.db;
  const changed = rows
    .filter(({ agentId }) => agentId !== null)
    .map((row) => ({
      id: row.task.id,
      assignee_id: assigneeAfter(row),
      control_kind: controlAfter(row)?.kind,
      control_id: controlAfter(row)?.id,
    }));
  if (changed.length === 0) return;
  writeBeside(
    tx,
    sql`
      update conversations c set assignee_id = d.assignee_id, control_kind = d.control_kind, control_id = d.control_id,
        control_since = case when (c.control_kind, c.control_id) is not distinct from (d.control_kind, d.control_id) then c.control_since
          when d.control_kind is not null then ${tx.now}::timestamptz end
      from jsonb_to_recordset(${sql.json(changed as never)}::jsonb) as d(id text, assignee_id text, control_kind text, control_id text)
      where c.id = d.id`,
  );
}

const assigneeAfter = ({ task, agentId, isOffer }: Row): AgentId | null =>
  agentId === null ? task.assigneeId : isOffer ? null : agentId;

function controlAfter({ task, agentId, isOffer }: Row) {
  const holder = holderOf(task);
  if (agentId === null) return holder;
  if (!isOffer) return { kind: 'agent' as const, id: agentId };
  return task.assigneeId !== null && isSameParty(holder, { kind: 'agent', id: task.assigneeId }) ? null : holder;
}

function nameFacts(tx: TransactionScope, row: Row): void {
  const { task, agentId, record, decisionId, reservationId, isOffer, acceptSeconds } = row;
  const standing: Standing = {
    id: task.id,
    personId: task.personId,
    inboxId: task.inboxId,
    channel: task.channel,
    assigneeId: assigneeAfter(row),
  };
  const [from, to] = [holderOf(task), controlAfter(row)];
  const topics = [topic.routing];
  const former = task.assigneeId;
  const left = former === standing.assigneeId ? {} : { assigneeId: former };
  if (!isSameParty(from, to)) recordFact(tx, controlFact(standing, from, to));
  if (record)
    recordFact(
      tx,
      conversationFact(standing, {
        type: 'routing.decided',
        topics,
        details: { decisionId, chosenAgentId: agentId, taskId: task.taskId },
      }),
    );
  if (isOffer && agentId !== null)
    recordFact(
      tx,
      conversationFact(standing, {
        type: 'routing.offered',
        // The agent’s packets show whose it is before the answer.
        topics: [...topics, topic.assignee(agentId)],
        details: { taskId: task.taskId, reservationId, agentId, expiresAt: tx.now.getTime() + acceptSeconds * 1_000 },
      }),
    );
  if (standing.assigneeId !== former)
    recordFact(
      tx,
      conversationFact(standing, {
        type: standing.assigneeId === null ? 'conversation.unassigned' : 'conversation.assigned',
        topics,
        left,
      }),
    );
}
