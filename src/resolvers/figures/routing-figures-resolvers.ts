import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';

import { Agent } from '../../schema/conversations/agent.ts';
import { AgentUse, AgentUtilisation, RoutingOutcomes } from '../../schema/figures/routing-outcomes.ts';
import { Right } from '../../schema/right.ts';
import { DateTime } from '../../schema/scalars.ts';
import { OutcomeDimensionEnum } from '../../schema/vocabulary.ts';
import type { Agent as AgentRow } from '../../services/conversations/conversation.ts';
import { readAgentUtilisation, type AgentUtilisation as UseRow } from '../../services/figures/agent-utilisation.ts';
import { readRoutingOutcomes } from '../../services/figures/routing-outcomes.ts';
import type { OutcomeDimension } from '../../values/routing-outcomes.ts';
import type { Context } from '../context.ts';

const FROM = { description: 'From then on.' };
const UNTIL = { description: 'Before then: after `from`, 366 days at most.' };

@Resolver()
export class RoutingFiguresResolvers {
  @Query(() => RoutingOutcomes, {
    description:
      'What became of the routing decisions of a period: where routing saved a transfer, and where conversations went back and forth. Errors: BAD_USER_INPUT.',
  })
  @Right('figures:read')
  routingOutcomes(
    @Ctx() { scope }: Context,
    @Arg('from', () => DateTime, FROM) from: Date,
    @Arg('until', () => DateTime, UNTIL) until: Date,
    @Arg('by', () => OutcomeDimensionEnum, { description: 'What decisions are put together by.' }) by: OutcomeDimension,
  ) {
    return readRoutingOutcomes(scope, { from, until }, by);
  }

  @Query(() => AgentUtilisation, {
    description: 'How evenly work was spread over agents in a period, and who is full now. Errors: BAD_USER_INPUT.',
  })
  @Right('figures:read')
  agentUtilisation(
    @Ctx() { scope }: Context,
    @Arg('from', () => DateTime, FROM) from: Date,
    @Arg('until', () => DateTime, UNTIL) until: Date,
  ) {
    return readAgentUtilisation(scope, { from, until });
  }
}

@Resolver(() => AgentUse)
export class AgentUseFields {
  @FieldResolver(() => Agent, { description: 'Who it is. Never null.' })
  @Right('agents:read')
  agent(@Root() { agentId }: UseRow, @Ctx() { loaders }: Context): Promise<AgentRow | null> {
    return loaders.agent.load(agentId);
  }
}
