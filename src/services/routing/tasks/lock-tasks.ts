import type { Sql } from '../../../database/open-database.ts';
import type { AgentId, ConversationId, CustomerId, RoutingTaskId } from '../../../values/ids.ts';
import type { ConversationStatus, PartyKind, TaskState } from '../../../values/vocabulary.ts';
import type { Standing } from '../../conversations/conversation-fact.ts';
import type { TransactionScope } from '../../scope.ts';

/** A conversation under the lock of its person, as far as decisions look at it. */
interface LockedStanding extends Standing {
  readonly customerId: CustomerId;
  readonly status: ConversationStatus;
  readonly controlKind: PartyKind | null;
  readonly controlId: string | null;
}

/** A task with its conversation, under the lock of the person. */
export interface LockedTask extends LockedStanding {
  readonly taskId: RoutingTaskId;
  readonly state: TaskState;
  readonly agentId: AgentId | null;
  readonly channelOfTask: string;
}

/** A conversation that may ask for an agent, under the lock of the person. */
export interface LockedAsker extends LockedStanding {
  readonly mergedIntoId: ConversationId | null;
  /** The task by which it asks already, or has an agent. Null: there is none. */
  readonly liveTaskId: RoutingTaskId | null;
  readonly liveState: TaskState | null;
}

/**
 * Locks the persons whose tasks these are and reads how things stand. Whoever decides holds the lock of routing, and others come to that with a person
 * locked: so nobody is waited for here. A person whom somebody else has locked is left out, and so is a task that is gone.
 */
export async function lockTasks(
  tx: TransactionScope,
  taskIds: readonly string[],
): Promise<ReadonlyMap<string, LockedTask>> {
  const { sql } = tx.db;
  const rows = await lockFree<LockedTask>(tx, taskIds, {
    columns: sql`t.id as task_id, t.state, t.agent_id, t.channel as channel_of_task`,
    from: sql`routing_tasks t join conversations c on c.id = t.conversation_id`,
    id: sql`t.id`,
  });
  return new Map(rows.map((row) => [row.taskId, row]));
}

/** Locks the persons of conversations whom nobody else has locked, and reads how these stand. The others are left out. */
export async function lockAskers(
  tx: TransactionScope,
  conversationIds: readonly string[],
): Promise<ReadonlyMap<string, LockedAsker>> {
  const { sql } = tx.db;
  const rows = await lockFree<LockedAsker>(tx, conversationIds, {
    columns: sql`c.merged_into_id, t.id as live_task_id, t.state as live_state`,
    from: sql`conversations c left join routing_tasks t on t.conversation_id = c.id and t.state in ('pending', 'reserved', 'assigned')`,
    id: sql`c.id`,
  });
  return new Map(rows.map((row) => [row.id, row]));
}

type Fragment = ReturnType<Sql>;

async function lockFree<Row extends LockedStanding>(
  { db: { sql } }: TransactionScope,
  ids: readonly string[],
  { columns, from, id }: { readonly columns: Fragment; readonly from: Fragment; readonly id: Fragment },
): Promise<Row[]> {
  if (ids.length === 0) return [];
  const among = sql`${from} left join person_links p on p.member_id = c.customer_id where ${id} = any (${ids as string[]}::text[])`;
  const [locked, rows] = await Promise.all([
    sql<{ id: CustomerId }[]>`
      select k.id from customers k
      where k.id in (select coalesce(p.person_id, c.customer_id) from ${among})
      order by k.id for no key update skip locked`,
    sql<Row[]>`
      select ${columns}, c.id, c.customer_id, coalesce(p.person_id, c.customer_id) as person_id, c.inbox_id, c.channel, c.assignee_id, c.status,
        c.control_kind, c.control_id
      from ${among}`,
  ]);
  const persons = new Set(locked.map((one) => one.id));
  return rows.filter(({ personId }) => persons.has(personId));
}
