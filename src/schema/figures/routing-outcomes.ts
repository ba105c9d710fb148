import { Field, Float, Int, ObjectType } from 'type-graphql';

import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

@ObjectType({ description: 'What became of routing decisions that have something in common.' })
@Right('figures:read')
export class RoutingOutcomeGroup {
  @Field(() => String, {
    nullable: true,
    description:
      'The skill asked for (`language:fi`), id of the agent chosen, name of the channel, the policy’s version, the queue, or `queue: step`. Null: no skill was asked for, or it was decided before there were policies.',
  })
  key!: string | null;

  @Field(() => Int, { description: 'Decisions that chose somebody. One that asked for three skills counts for each.' })
  decisionCount!: number;

  @Field(() => Int, {
    description:
      'Of these, how many the chosen agent took, by accepting the offer or without being asked. The rest were rejected, timed out, taken back, or still wait for the answer.',
  })
  acceptedCount!: number;

  @Field(() => Int, { description: 'How many the chosen agent rejected: the conversation went to the next one.' })
  rejectedCount!: number;

  @Field(() => Int, { description: 'How many the chosen agent did not answer in time.' })
  timedOutCount!: number;

  @Field(() => Int, {
    description:
      'How many conversations went on to somebody else after the chosen agent took them. An offer that was not taken is no transfer.',
  })
  transferredCount!: number;

  @Field(() => Int, { description: 'How many were resolved afterwards, opened again or not.' })
  resolvedCount!: number;

  @Field(() => Int, {
    description:
      'How many are resolved by the first agent who was chosen and took it, without going to anybody else and without opening again; resolved as solved, or without saying how.',
  })
  solvedAtFirstContactCount!: number;

  @Field(() => Int, { description: 'How many were resolved and opened again.' })
  reopenedCount!: number;

  @Field(() => Int, {
    description: 'How many the customer rated, by a survey answer with a score that names the conversation.',
  })
  ratedCount!: number;

  @Field(() => Float, { nullable: true, description: 'Mean of these scores, on the scale of the survey. Null: none.' })
  meanRating!: number | null;
}

@ObjectType({ description: 'What became of the routing decisions of a period, as it is known now.' })
@Right('figures:read')
export class RoutingOutcomes {
  @Field(() => DateTime, { description: 'When it was read.' })
  asOf!: Date;

  @Field(() => DateTime, { description: 'Decisions from then on …' })
  from!: Date;

  @Field(() => DateTime, { description: '… and before then.' })
  until!: Date;

  @Field(() => Int, { description: 'Decisions that were looked at: those that chose somebody, 10,000 at most.' })
  decisionCount!: number;

  @Field(() => Boolean, { description: 'False: there were more in the period; the newest were looked at.' })
  isWhole!: boolean;

  @Field(() => [RoutingOutcomeGroup], { description: 'Most decisions first, 200 at most.' })
  groups!: RoutingOutcomeGroup[];
}

@ObjectType({ description: 'How an agent was used in a period.' })
@Right('figures:read')
export class AgentUse {
  @Field(() => Float, { description: 'Seconds in which the agent was online or took transfers.' })
  availableSeconds!: number;

  @Field(() => Float, { description: 'Seconds away.' })
  awaySeconds!: number;

  @Field(() => Float, { description: 'Seconds offline. What was before the agent came to be is none of the three.' })
  offlineSeconds!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Of `availableSeconds`, those in which at least one place was taken: by an offer, by work, by wrapping it up. From what routing keeps of tasks; conversations that never asked for an agent or were opened again, and advice to colleagues, are not in it, nor work that ended in the period and began more than seven days before it. Null: there was more work than is looked at (20,000 tasks or reservations); ask for a shorter period.',
  })
  busySeconds!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Of `busySeconds`, those in which every place was taken, or more: overload. Work counts with the places that its channel takes now, of those that the agent has now. Null: as `busySeconds`.',
  })
  fullSeconds!: number | null;

  @Field(() => Int, { description: 'Times that routing chose the agent.' })
  chosenCount!: number;

  @Field(() => Int, { description: 'Conversations of the agent that were resolved in the period and still are.' })
  resolvedCount!: number;

  @Field(() => Float, {
    nullable: true,
    description: '`chosenCount` in an hour of being available. Null: never available.',
  })
  chosenPerHour!: number | null;

  @Field(() => Int, { description: 'Places taken now.' })
  load!: number;

  @Field(() => Int, { description: 'Places in all.' })
  capacity!: number;

  @Field(() => Boolean, { description: 'Every place is taken now, or more: with `force` an agent can be given more.' })
  isFull!: boolean;
}

@ObjectType({ description: 'How evenly work was spread over agents in a period.' })
@Right('figures:read')
export class AgentUtilisation {
  @Field(() => DateTime, { description: 'When it was read.' })
  asOf!: Date;

  @Field(() => DateTime, { description: 'From then on …' })
  from!: Date;

  @Field(() => DateTime, { description: '… until then, or now if that comes first.' })
  until!: Date;

  @Field(() => Float, {
    nullable: true,
    description:
      'Standard deviation of `chosenPerHour` by its mean: 0 is evenly spread. Null: fewer than two agents, or no decision.',
  })
  spread!: number | null;

  @Field(() => [AgentUse], {
    description:
      'The most chosen in an hour first, 1,000 at most. Left out: who was there for less than a minute and has nothing to do.',
  })
  agents!: AgentUse[];
}
