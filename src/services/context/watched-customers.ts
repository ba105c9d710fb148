import type { AgentId, CustomerId } from '../../values/ids.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';

/** Packets of at most this many customers come over one subscription: the longest waiting of an agent's work. */
const MOST_WATCHED = 100;

/** The person whose conversation this is. Null: no such conversation is visible to the viewer. */
export async function customerOfConversation(scope: Scope, conversationId: string): Promise<CustomerId | null> {
  const [row] = await scope.db.sql<{ personId: CustomerId }[]>`
    select coalesce(l.person_id, c.customer_id) as person_id
    from conversations c left join person_links l on l.member_id = c.customer_id
    where c.id = ${conversationId} and ${withinReach(scope, 'context:read', 'c.customer_id')}`;
  return row?.personId ?? null;
}

/** Persons with an open or snoozed conversation that is assigned to this agent, offered, or in which the agent takes part or is asked to: whoever rings is seen before the answer. */
export async function customersAssignedTo(scope: Scope, agentId: AgentId): Promise<CustomerId[]> {
  const rows = await scope.db.sql<{ personId: CustomerId }[]>`
    select coalesce(l.person_id, c.customer_id) as person_id, min(c.last_message_at) as waiting_since
    from (
      select id from conversations where assignee_id = ${agentId} and status <> 'resolved'
      union
      select conversation_id from routing_reservations where agent_id = ${agentId} and state = 'pending'
      union
      select conversation_id from conversation_participants where party_id = ${agentId} and state in ('asked', 'joined')
    ) theirs join conversations c on c.id = theirs.id left join person_links l on l.member_id = c.customer_id
    where c.status <> 'resolved' and ${withinReach(scope, 'context:read', 'c.customer_id')}
    group by 1 order by waiting_since, 1 limit ${MOST_WATCHED}`;
  return rows.map(({ personId }) => personId);
}
