import { newId, type AgentId, type ConversationId, type RoutingTaskId } from '../../../values/ids.ts';
import type { TaskState } from '../../../values/vocabulary.ts';
import type { Standing } from '../../conversations/conversation-fact.ts';
import { planOnce } from '../../events/plan-once.ts';
import type { TransactionScope } from '../../scope.ts';
import { lockRouting } from '../board/lock-routing.ts';
import { gatherSignalsOfMany, type Signals } from '../signals/gather-signals.ts';

/** What a colleague said who handed a conversation over. */
export interface Transfer {
  /** Who had it, and is not asked again for so long. */
  readonly formerId: AgentId | null;
  readonly declineSeconds: number;
  readonly requires: readonly { readonly skill: string; readonly level: number }[];
  /** Who alone is asked, for so long; whoever does not take it is not waited for. */
  readonly pin: { readonly agentId: AgentId; readonly seconds: number } | null;
}

interface OpenTask {
  readonly id: RoutingTaskId;
  readonly state: TaskState;
}

/** `taskId` is what its task is called, if it has none yet. */
type Opened = Pick<Standing, 'id' | 'assigneeId'> & { readonly taskId: RoutingTaskId };

/**
 * The live task of a conversation: opened now, or as it is, with what is known by now. One that an agent has already is as much as opened for it. The
 * person's lock is the caller's.
 */
export async function openTask(
  tx: TransactionScope,
  conversation: Pick<Standing, 'id' | 'assigneeId'>,
  transfer: Transfer | null = null,
): Promise<OpenTask> {
  planOnce(tx);
  const signals = await gatherSignalsOfMany(tx, [conversation.id]);
  const [task] = await openTasks(tx, [{ ...conversation, taskId: newId('routingTask') }], { signals, transfer });
  return task!;
}

/** The same for many, with their signals; in one statement, and in their order. */
export async function openTasks(
  tx: TransactionScope,
  conversations: readonly Opened[],
  { signals, transfer = null }: { signals: ReadonlyMap<string, Signals>; transfer?: Transfer | null },
): Promise<OpenTask[]> {
  const { sql } = tx.db;
  const pin = transfer?.pin ?? null;
  const declines = transfer?.formerId
    ? [{ agentId: transfer.formerId, until: tx.now.getTime() + transfer.declineSeconds * 1_000 }]
    : [];
  const opened = conversations.map(({ id, taskId }) => {
    const known = signals.get(id) ?? {};
    const earlier = known['earlier_agents']?.value;
    const earlierIds = typeof earlier === 'object' ? earlier : [];
    return { id: taskId, conversation_id: id, signals: known, earlier: earlierIds };
  });
  // The row of its agent is written below.
  if (conversations.some(({ assigneeId }) => assigneeId !== null)) await lockRouting(tx);
  const rows = await sql<(OpenTask & { conversationId: ConversationId })[]>`
    with told as materialized (
      select d.id as task_id, d.signals, c.id, c.customer_id, c.channel, c.inbox_id, c.assignee_id, case when c.control_kind = 'team' then c.control_id end as team_id,
        array_remove(array[c.assignee_id] || array_remove(d.earlier, c.assignee_id), null) as earlier
      from jsonb_to_recordset(${sql.json(opened as never)}::jsonb) as d(id text, conversation_id text, signals jsonb, earlier text[])
      join conversations c on c.id = d.conversation_id
    ), counted as (
      -- Its place was taken by what nobody told of one by one; from here on it is this task's.
      update agents a set load = a.load from told where a.id = told.assignee_id
    )
    insert into routing_tasks as t (id, conversation_id, customer_id, state, channel, inbox_id, signals, waiting_since, team_id, is_transfer,
      requires, pinned_to_id, pinned_until, earlier_agent_ids, declines, agent_id, agent_since)
    select told.task_id, told.id, told.customer_id, case when told.assignee_id is null then 'pending' else 'assigned' end, told.channel, told.inbox_id,
      told.signals, ${tx.now}::timestamptz, told.team_id, ${transfer !== null},
      ${sql.json((transfer?.requires ?? []) as never)}::jsonb, ${pin?.agentId ?? null}, ${tx.now}::timestamptz + ${pin?.seconds ?? null}::int * interval '1 second',
      told.earlier, ${sql.json(declines)}::jsonb, told.assignee_id,
      case when told.assignee_id is not null then ${tx.now}::timestamptz end
    from told
    on conflict (conversation_id) where state in ('pending', 'reserved', 'assigned') do update set
      channel = excluded.channel, inbox_id = excluded.inbox_id, signals = t.signals || excluded.signals, team_id = excluded.team_id, earlier_agent_ids = excluded.earlier_agent_ids
    returning t.id, t.state, t.conversation_id`;
  const taskOf = new Map(rows.map((row) => [row.conversationId, row]));
  return conversations.map(({ id }) => taskOf.get(id)!);
}
