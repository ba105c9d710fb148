import { Field, Float, Int, ObjectType } from 'type-graphql';

import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

@ObjectType({ description: 'A skill that a conversation asked for.' })
@Right('routing:read')
export class RoutingRequirement {
  @Field(() => String, { description: '`class:name`, for example `language:fi`.' })
  skill!: string;

  @Field(() => Float, { description: 'Its share in how well the skills fit, beside the other weights.' })
  weight!: number;

  @Field(() => Boolean, { description: 'True: an agent without it is not fit. False: it only raises the score.' })
  isRequired!: boolean;

  @Field(() => String, { description: 'What it was derived from: language, channel or topic.' })
  source!: string;
}

@ObjectType({ description: 'An agent who was considered, as it was at the moment of deciding.' })
@Right('routing:read')
export class RoutingCandidate {
  @Field(() => Float, {
    description:
      '0 to 100: 60 · Σ(weight · level/5) / Σ weight + 25 · free share of the places + 15 when the agent served the person before.',
  })
  score!: number;

  @Field(() => [String], { description: 'Skills asked for that the agent has.' })
  matched!: string[];

  @Field(() => [String], { description: 'Skills asked for that the agent lacks.' })
  missing!: string[];

  @Field(() => Int, { description: 'Places taken, the conversation in question not counted.' })
  load!: number;

  @Field(() => Int, { description: 'Places in all.' })
  capacity!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Why it could not be chosen: offline, away, transfers_only, missing_skill or full. Null: it could have been.',
  })
  rejectedBecause!: string | null;
}

@ObjectType({ description: 'How many agents share a reason.' })
@Right('routing:read')
export class RoutingReasonCount {
  @Field(() => String, {
    description: 'offline, away, transfers_only, missing_skill, full, or lower_score: fit, but 20 others were better.',
  })
  reason!: string;

  @Field(() => Int, { description: 'Agents that are not among `candidates`.' })
  count!: number;
}

@ObjectType({ implements: Node, description: 'The stored record of who was chosen for a conversation and why.' })
@Right('routing:read')
export class RoutingDecision extends Node {
  @Field(() => DateTime, { description: 'When it was decided.' })
  decidedAt!: Date;

  @Field(() => [RoutingRequirement], { description: 'What the conversation asked for.' })
  requirements!: RoutingRequirement[];

  @Field(() => [RoutingCandidate], {
    description: 'The best 20 agents: those who could be chosen first, then by score.',
  })
  candidates!: RoutingCandidate[];

  @Field(() => String, { description: 'The decision in a sentence for people, in English.' })
  explanation!: string;
}

export const RoutingDecisionConnection = connectionOf(RoutingDecision, 'RoutingDecision', 'routing:read');

@ObjectType({ description: 'Answer of `conversationRoute`.' })
@Right('conversations:route')
export class ConversationRoutePayload {
  @Field(() => RoutingDecision, {
    nullable: true,
    description: 'The decision; when nobody was fit, one without a chosen agent. Null: refused, see `userErrors`.',
  })
  @Right('routing:read')
  routingDecision!: RoutingDecision | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True when the conversation has an agent now. Null: refused, see `userErrors`.',
  })
  isAssigned!: boolean | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
