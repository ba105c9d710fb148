import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { Agent } from '../../schema/conversations/agent.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import { Right } from '../../schema/right.ts';
import { RoutingCandidate, RoutingDecision, RoutingReasonCount } from '../../schema/routing/routing-decision.ts';
import type { Agent as AgentRow, Conversation as ConversationRow } from '../../services/conversations/conversation.ts';
import type { Candidate } from '../../services/routing/choose-agent.ts';
import type { RoutingDecision as DecisionRow } from '../../services/routing/read-decisions.ts';
import type { Context } from '../context.ts';

@Resolver(() => RoutingDecision)
export class RoutingDecisionFields {
  @FieldResolver(() => Conversation, { description: 'What was routed. Never null.' })
  @Right('conversations:read')
  conversation(@Root() decision: DecisionRow, @Ctx() { loaders }: Context): Promise<ConversationRow | null> {
    return loaders.conversation.load(decision.conversationId);
  }

  @FieldResolver(() => Agent, { nullable: true, description: 'Who was chosen. Null: nobody was fit, online and free.' })
  @Right('agents:read')
  async chosenAgent(@Root() decision: DecisionRow, @Ctx() { loaders }: Context): Promise<AgentRow | null> {
    return decision.chosenAgentId && loaders.agent.load(decision.chosenAgentId);
  }

  @FieldResolver(() => [RoutingReasonCount], {
    description: 'Agents that are not among `candidates`, counted by reason, the most frequent first.',
  })
  @Right('routing:read')
  othersByReason(@Root() decision: DecisionRow): RoutingReasonCount[] {
    return Object.entries(decision.othersByReason)
      .map(([reason, count]) => ({ reason, count }))
      .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  }
}

@Resolver(() => RoutingCandidate)
export class RoutingCandidateFields {
  @FieldResolver(() => Agent, { nullable: true, description: 'The agent as it is now. Null: it is gone.' })
  @Right('agents:read')
  agent(@Root() candidate: Candidate, @Ctx() { loaders }: Context): Promise<AgentRow | null> {
    return loaders.agent.load(candidate.agentId);
  }
}
