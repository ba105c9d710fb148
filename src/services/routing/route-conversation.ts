import { newId, type AgentId, type RoutingDecisionId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { givePlaceBack, takePlace } from '../conversations/agent-places.ts';
import { conversationFact } from '../conversations/conversation-fact.ts';
import { lockConversation, type LockedConversation } from '../conversations/lock-conversation.ts';
import { setControl } from '../conversations/set-control.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import { topic } from '../events/fact.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { chooseAgent, type AgentState, type Choice, type Requirement } from './choose-agent.ts';
import { requirementsOf } from './requirements.ts';

/**
 * Chooses an agent for an open conversation, of the team that holds it if one does, takes one of the agent's places, gives the agent
 * control and stores the decision, all in one transaction. When nobody fits the decision is stored too and the conversation stays as
 * it was.
 */
export function routeConversation(
  scope: Scope,
  conversationId: string,
): Promise<{ decisionId: RoutingDecisionId; assigneeId: AgentId | null }> {
  requireRight(scope.viewer, 'conversations:route');
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, conversationId);
    if (conversation.status === 'resolved')
      throw new Refusal('CONVERSATION_RESOLVED', 'This conversation is resolved. Reopen it, then route.', ['id']);
    const requirements = requirementsOf(conversation);
    const choice = await chooseAndTake(tx, conversation, requirements);
    const decisionId = await keep(tx, conversation, requirements, choice);
    return { decisionId, assigneeId: choice.chosenId ?? conversation.assigneeId };
  });
}

/** Any number; nothing else in this database uses advisory locks of the form (class, key). */
const ROUTING_LOCK = [7_001, 1] as const;

/**
 * Decisions are made one after the other (until the commit): each sees the places that the one before took, and no two wait for each
 * other's agents. Resolving, reopening and presence do not stand in this line: if they changed the chosen agent after the reading, the
 * choice is made again on what is true now.
 */
async function chooseAndTake(
  tx: TransactionScope,
  conversation: LockedConversation,
  requirements: readonly Requirement[],
): Promise<Choice> {
  const former = conversation.assigneeId;
  await tx.db.sql`select pg_advisory_xact_lock(${ROUTING_LOCK[0]}::int, ${ROUTING_LOCK[1]}::int)`;
  for (;;) {
    const choice = chooseAgent(requirements, await readAgents(tx, conversation));
    const { chosenId } = choice;
    if (chosenId === null || chosenId === former) return choice;
    if (await takePlace(tx, chosenId, choice.candidates[0]!.load)) {
      if (former) await givePlaceBack(tx, former);
      return choice;
    }
  }
}

async function readAgents(tx: TransactionScope, conversation: LockedConversation): Promise<AgentState[]> {
  const { personId, assigneeId, controlKind, controlId } = conversation;
  const teamId = controlKind === 'team' ? controlId : null;
  return tx.db.sql<AgentState[]>`
    with members as materialized (
      select ${personId}::text as id union all select member_id from person_links where person_id = ${personId}
    ), earlier as materialized (
      select distinct c.assignee_id
      from members m cross join lateral (
        select c.assignee_id from conversations c where c.customer_id = m.id and c.assignee_id is not null
        order by c.last_message_at desc, c.id desc limit 50) c
    ), skills as (
      select agent_id, jsonb_object_agg(skill, level) as skills from agent_skills group by agent_id
    )
    select a.id as agent_id, a.name, a.presence, a.capacity,
      greatest(0, a.load - case when a.id = ${assigneeId} then 1 else 0 end) as load,
      coalesce(s.skills, '{}') as skills,
      a.id in (select assignee_id from earlier) as is_earlier
    from agents a left join skills s on s.agent_id = a.id
    where ${teamId}::text is null or a.id in (select agent_id from team_members where team_id = ${teamId})`;
}

async function keep(
  tx: TransactionScope,
  conversation: LockedConversation,
  requirements: readonly Requirement[],
  { chosenId, candidates, othersByReason, explanation }: Choice,
): Promise<RoutingDecisionId> {
  const id = newId('routingDecision');
  const { sql } = tx.db;
  const former = conversation.assigneeId;
  const isAssigned = chosenId !== null && chosenId !== former;
  await Promise.all([
    sql`
      insert into routing_decisions (id, conversation_id, customer_id, decided_at, chosen_agent_id, requirements, candidates,
        others_by_reason, explanation)
      values (${id}, ${conversation.id}, ${conversation.customerId}, ${tx.now}, ${chosenId}, ${sql.json(requirements as never)},
        ${sql.json(candidates as never)}, ${sql.json(othersByReason)}, ${explanation})`,
    ...(isAssigned ? [sql`update conversations set assignee_id = ${chosenId} where id = ${conversation.id}`] : []),
  ]);
  const standing = isAssigned ? { ...conversation, assigneeId: chosenId } : conversation;
  if (chosenId !== null) await setControl(tx, standing, { kind: 'agent', id: chosenId });
  const topics = [topic.routing];
  const details = { decisionId: id, chosenAgentId: chosenId };
  recordFact(tx, conversationFact(standing, { type: 'routing.decided', topics, details }));
  if (isAssigned)
    recordFact(tx, conversationFact(standing, { type: 'conversation.assigned', topics, left: { assigneeId: former } }));
  return id;
}
