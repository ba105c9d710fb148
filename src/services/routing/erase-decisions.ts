import type { LeavingPerson, RowCounts } from '../customers/leaving-person.ts';
import type { AgentId, RoutingTaskId } from '../../values/ids.ts';
import type { TaskState } from '../../values/vocabulary.ts';
import type { TransactionScope } from '../scope.ts';

/** Removes why a person's conversations went to whom. How long work waited that is not over yet stays, as a figure of nobody. */
export async function eraseDecisions(
  tx: TransactionScope,
  { memberIds }: Pick<LeavingPerson, 'memberIds'>,
): Promise<RowCounts> {
  const { sql } = tx.db;
  const ids = memberIds as string[];
  await sql`
    delete from queue_feedback where conversation_id in (select c.id from conversations c where c.customer_id = any(${ids}))`;
  const receptions = await sql`
    delete from receptions r where r.customer_id = any(${ids})
      or r.conversation_id in (select c.id from conversations c where c.customer_id = any(${ids}))`;
  const removed = await sql`
    delete from routing_decisions d where d.customer_id = any(${ids})
      or d.conversation_id in (select c.id from conversations c where c.customer_id = any(${ids}))`;
  const tasks = await sql<Leaving[]>`
    select t.id, t.state, t.agent_id from routing_tasks t where t.customer_id = any(${ids})
      or t.conversation_id in (select c.id from conversations c where c.customer_id = any(${ids})) order by t.id for update`;
  const reservations = await eraseTasks(tx, tasks);
  return {
    ...{ routing_decisions: removed.count, routing_tasks: tasks.length, routing_reservations: reservations },
    receptions: receptions.count,
  };
}

/** The same for conversations that go. */
export async function eraseDecisionsOf(tx: TransactionScope, conversationIds: readonly string[]): Promise<void> {
  const { sql } = tx.db;
  const ids = conversationIds as string[];
  await sql`delete from queue_feedback where conversation_id = any(${ids})`;
  await sql`delete from receptions where conversation_id = any(${ids})`;
  await sql`delete from routing_decisions where conversation_id = any(${ids})`;
  const tasks = await sql<Leaving[]>`
    select id, state, agent_id from routing_tasks where conversation_id = any(${ids}) order by id for update`;
  await eraseTasks(tx, tasks);
}

interface Leaving {
  readonly id: RoutingTaskId;
  readonly state: TaskState;
  readonly agentId: AgentId | null;
}

/** Boards learn of what is written, not of what is gone: a task that one may have on it stays, without whose it was. */
async function eraseTasks(tx: TransactionScope, tasks: readonly Leaving[]): Promise<number> {
  if (tasks.length === 0) return 0;
  const { sql } = tx.db;
  const isOver = ({ state }: Leaving) => state === 'completed' || state === 'canceled';
  const idsOf = (some: readonly Leaving[]) => some.map(({ id }) => id as string);
  const [over, live] = [tasks.filter(isOver), tasks.filter((task) => !isOver(task))];
  const reservations = await sql`delete from routing_reservations where task_id = any(${idsOf(tasks)})`;
  await sql`delete from routing_tasks where id = any(${idsOf(over)})`;
  if (live.length > 0)
    // The place of whoever has the conversation goes back with it, one that is wrapped up in its time.
    await sql`
      with left_behind as (
        update routing_tasks t set conversation_id = null, customer_id = null, signals = '{}', earlier_agent_ids = '{}', declines = '[]',
          pinned_to_id = null, pinned_until = null,
          state = case when t.state = 'wrapping' then t.state else 'canceled' end,
          agent_id = case when t.state = 'wrapping' then t.agent_id end,
          due_at = case when t.state = 'wrapping' then t.due_at end,
          ended_at = case when t.state = 'wrapping' then null else ${tx.now}::timestamptz end
        where t.id = any(${idsOf(live)})
      ), seats as (
        select agent_id, count(*) filter (where state = 'reserved')::int as offered
        from unnest(${live.map(({ agentId }) => agentId)}::text[], ${live.map(({ state }) => state)}::text[]) as s(agent_id, state)
        where agent_id is not null group by agent_id
      ), locked as materialized (
        select id from agents where id in (select agent_id from seats) order by id for no key update
      )
      update agents a set load = greatest(0, a.load - s.offered)
      from seats s where a.id = s.agent_id and a.id in (select id from locked)`;
  return reservations.count;
}
