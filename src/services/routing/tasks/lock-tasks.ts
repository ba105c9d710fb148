import type { AgentId, CustomerId, RoutingTaskId } from '../../../values/ids.ts';
import type { ConversationStatus, PartyKind, TaskState } from '../../../values/vocabulary.ts';
import type { Standing } from '../../conversations/conversation-fact.ts';
import type { TransactionScope } from '../../scope.ts';

/** A task with its conversation, under the lock of the person. */
export interface LockedTask extends Standing {
  readonly taskId: RoutingTaskId;
  readonly state: TaskState;
  readonly agentId: AgentId | null;
  readonly customerId: CustomerId;
  readonly status: ConversationStatus;
  readonly controlKind: PartyKind | null;
  readonly controlId: string | null;
  readonly channelOfTask: string;
}

/**
 * Locks the persons whose tasks these are and reads how things stand. Whoever decides holds the lock of routing, and others come to that with a person
 * locked: so nobody is waited for here. A person whom somebody else has locked is left out, and so is a task that is gone.
 */
export async function lockTasks(
  tx: TransactionScope,
  taskIds: readonly string[],
): Promise<ReadonlyMap<string, LockedTask>> {
  if (taskIds.length === 0) return new Map();
  const { sql } = tx.db;
  const ids = taskIds as string[];
  const [locked, rows] = await Promise.all([
    sql<{ id: CustomerId }[]>`
      select k.id from customers k
      where k.id in (
        select coalesce(p.person_id, c.customer_id)
        from routing_tasks t join conversations c on c.id = t.conversation_id left join person_links p on p.member_id = c.customer_id
        where t.id = any (${ids}::text[]))
      order by k.id for no key update skip locked`,
    sql<LockedTask[]>`
      select t.id as task_id, t.state, t.agent_id, t.channel as channel_of_task, c.id, c.customer_id,
        coalesce(p.person_id, c.customer_id) as person_id, c.inbox_id, c.channel, c.assignee_id, c.status, c.control_kind, c.control_id
      from routing_tasks t join conversations c on c.id = t.conversation_id left join person_links p on p.member_id = c.customer_id
      where t.id = any (${ids}::text[])`,
  ]);
  const persons = new Set(locked.map(({ id }) => id));
  return new Map(rows.filter(({ personId }) => persons.has(personId)).map((row) => [row.taskId, row]));
}
