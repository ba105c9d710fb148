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

  @Field(() => Int, {
    nullable: true,
    description: 'The lowest level that would do, 1 to 5. Null: decided before levels were asked for.',
  })
  level!: number | null;

  @Field(() => Float, { description: 'Its share in how well the skills fit, beside the other weights.' })
  weight!: number;

  @Field(() => Boolean, { description: 'True: an agent without it is not fit. False: it only raises the score.' })
  isRequired!: boolean;

  @Field(() => String, {
    description:
      'The signal that it was derived from, for example language, channel or topic; `policy`: from none, by a rule alone; `transfer`: asked for by whoever handed it over.',
  })
  source!: string;
}

@ObjectType({ description: 'What a score is the sum of: points, one decimal.' })
@Right('routing:read')
export class RoutingScore {
  @Field(() => Float, { description: 'For how well the skills fit.' })
  skillFit!: number;

  @Field(() => Float, { description: 'For the share of places that are free.' })
  freePlaces!: number;

  @Field(() => Float, { description: 'For having served the person before.' })
  continuity!: number;

  @Field(() => Float, { description: 'For the minutes since the agent last got or finished work.' })
  idle!: number;
}

@ObjectType({ description: 'An agent who was considered, as it was at the moment of deciding.' })
@Right('routing:read')
export class RoutingCandidate {
  @Field(() => Float, { description: 'Points, one decimal: the sum of the parts that docs/routing.md lists.' })
  score!: number;

  @Field(() => RoutingScore, {
    nullable: true,
    description: 'The parts of the score. Null: decided before they were kept.',
  })
  parts!: RoutingScore | null;

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
      'Why it could not be chosen: other_team, missing_skill, not_pinned, offline, away, transfers_only, channel_off, full or declined. Null: it could have been.',
  })
  rejectedBecause!: string | null;
}

@ObjectType({ description: 'How many agents share a reason.' })
@Right('routing:read')
export class RoutingReasonCount {
  @Field(() => String, {
    description: 'As `RoutingCandidate.rejectedBecause`, or lower_score: fit and free, but others were better.',
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
    description:
      'The best 20 agents: those who could be chosen by score, then the others by how well their skills fit.',
  })
  candidates!: RoutingCandidate[];
}

@ObjectType({ description: 'What was known of a conversation when it was routed, of what the policy looked at.' })
@Right('routing:read')
export class RoutingSignal {
  @Field(() => String, { description: 'For example `language` or `topic`.' })
  name!: string;

  @Field(() => [String], { description: 'One word, or several of a list.' })
  value!: string[];

  @Field(() => String, { description: 'Who said so, for example `conversation`.' })
  source!: string;

  @Field(() => DateTime, { description: 'As of when.' })
  at!: Date;
}

@ObjectType({ description: 'By which policy a conversation was routed, and what it looked at.' })
@Right('routing:read')
export class RoutingCircumstances {
  @Field(() => String, { description: 'Name of the policy.' })
  policyName!: string;

  @Field(() => Int, { description: 'Version of the policy, from 1.' })
  policyVersion!: number;

  @Field(() => String, { description: 'Queue that took it.' })
  queue!: string;

  @Field(() => String, { description: 'Step that it had reached.' })
  step!: string;

  @Field(() => Int, { description: 'Number of the step, from 0.' })
  stepIndex!: number;

  @Field(() => Int, { description: 'Seconds that it had waited for an agent.' })
  waitedSeconds!: number;

  @Field(() => Float, { description: 'Minutes that were added to its waiting by priority.' })
  priorityMinutes!: number;

  @Field(() => [RoutingSignal], { description: 'What the policy looked at and knew, by name.' })
  signals!: RoutingSignal[];
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
