import type { Sql } from '../../database/open-database.ts';
import type { AgentId, ConversationId } from '../../values/ids.ts';
import type { Channel } from '../../values/vocabulary.ts';
import type { TransactionScope } from '../scope.ts';

/**
 * The task by which a conversation waits for an agent, or has one, as far as acts on conversations change it; who gets what is decided in
 * services/routing. The person's lock is held by the caller, as by everything that changes a task.
 */
const liveTask = (sql: Sql, conversationId: ConversationId) => sql`
  select * from routing_tasks where conversation_id = ${conversationId} and state in ('pending', 'reserved', 'assigned')`;

/**
 * Nobody need come to a conversation any more: it is done, or it is not for agents now. Who was asked is asked no more. True: the work of its
 * agent is being wrapped up, and the place stays taken until then.
 */
export async function endTask(
  tx: TransactionScope,
  conversationId: ConversationId,
  how: 'done' | 'dropped',
): Promise<boolean> {
  const { sql } = tx.db;
  const isDone = how === 'done';
  const [task] = await sql<{ state: string }[]>`
    with live as materialized (
      select id, state, agent_id, ${isDone} and state = 'assigned' and wrap_up_seconds > 0 as wraps_up,
        ${tx.now}::timestamptz + wrap_up_seconds * interval '1 second' as until
      from (${liveTask(sql, conversationId)}) t
    ), withdrawn as (
      update routing_reservations r set state = 'canceled', answered_at = ${tx.now}
      from live where r.task_id = live.id and r.state = 'pending'
    ), freed as (
      update agents a set load = greatest(0, a.load - 1), last_work_at = ${tx.now}
      from live where live.state = 'reserved' and a.id = live.agent_id
    )
    update routing_tasks t set
      state = case when live.wraps_up then 'wrapping' when ${isDone} and live.state = 'assigned' then 'completed' else 'canceled' end,
      agent_id = case when live.state = 'assigned' then t.agent_id end,
      due_at = case when live.wraps_up then live.until end,
      ended_at = case when live.wraps_up then null else ${tx.now}::timestamptz end
    from live where t.id = live.id
    returning t.state`;
  return task?.state === 'wrapping';
}

/** An agent has a conversation without having been chosen for it: who was asked is asked no more, and nobody else need come. */
export async function handTask(tx: TransactionScope, conversationId: ConversationId, agentId: AgentId): Promise<void> {
  const { sql } = tx.db;
  await sql`
    with live as materialized (
      ${liveTask(sql, conversationId)}
    ), answered as (
      update routing_reservations r set answered_at = ${tx.now},
        state = case when r.agent_id = ${agentId} then 'accepted' else 'canceled' end
      from live where r.task_id = live.id and r.state = 'pending'
    ), freed as (
      update agents a set load = greatest(0, a.load - 1), last_work_at = ${tx.now}
      from live where live.state = 'reserved' and a.id = live.agent_id
    )
    update routing_tasks t set state = 'assigned', agent_id = ${agentId}, agent_since = ${tx.now}, due_at = null
    from live where t.id = live.id`;
}

/** The conversation goes on over another channel: from now on its task takes the places that this one takes, a call all of them. */
export async function moveTask(tx: TransactionScope, conversationId: ConversationId, channel: Channel): Promise<void> {
  const { sql } = tx.db;
  await sql`update routing_tasks t set channel = ${channel} from (${liveTask(sql, conversationId)}) live where t.id = live.id`;
}
