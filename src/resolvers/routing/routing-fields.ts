import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { Agent } from '../../schema/conversations/agent.ts';
import { ConversationHandOffPayload } from '../../schema/conversations/control.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import { Right } from '../../schema/right.ts';
import {
  RoutingCandidate,
  RoutingCircumstances,
  RoutingDecision,
  RoutingReasonCount,
} from '../../schema/routing/routing-decision.ts';
import type { Agent as AgentRow, Conversation as ConversationRow } from '../../services/conversations/conversation.ts';
import type { CandidateRecord } from '../../services/routing/core/decision-record.ts';
import { explainIn, type RoutingDecision as DecisionRow } from '../../services/routing/read-decisions.ts';
import type { Context } from '../context.ts';
import { toRoutingSignal } from './to-routing-signal.ts';

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

  @FieldResolver(() => String, { description: 'The decision in sentences for people.' })
  @Right('routing:read')
  explanation(
    @Root() decision: DecisionRow,
    @Arg('language', () => String, {
      nullable: true,
      description:
        'BCP 47, for example `fi`: English, Finnish or German, for others English. Null or absent: English, as it was said when it was decided. Decisions from before there were policies are in English.',
    })
    language: string | null,
  ): string {
    return explainIn(decision, language);
  }

  @FieldResolver(() => RoutingCircumstances, {
    nullable: true,
    description: 'By which policy it was decided and what it looked at. Null: decided before there were policies.',
  })
  @Right('routing:read')
  circumstances(@Root() { circumstances, policyVersion }: DecisionRow): RoutingCircumstances | null {
    if (circumstances === null || policyVersion === null) return null;
    const signals = circumstances.signals.map(toRoutingSignal);
    return { ...circumstances, policyVersion, signals };
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

@Resolver(() => ConversationHandOffPayload)
export class HandOffDecisionFields {
  @FieldResolver(() => RoutingDecision, {
    nullable: true,
    description:
      'Who comes and why, or that it waits. Null: refused; or routing was not asked: it went to whom you named, at once.',
  })
  @Right('routing:read')
  async routingDecision(@Root() { decisionId }: ConversationHandOffPayload, @Ctx() { loaders }: Context) {
    return decisionId ? loaders.routingDecision.load(decisionId) : null;
  }
}

@Resolver(() => RoutingCandidate)
export class RoutingCandidateFields {
  @FieldResolver(() => Agent, { nullable: true, description: 'The agent as it is now. Null: it is gone.' })
  @Right('agents:read')
  agent(@Root() candidate: CandidateRecord, @Ctx() { loaders }: Context): Promise<AgentRow | null> {
    return loaders.agent.load(candidate.agentId);
  }
}
