import { Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';

import type { RehearsalState } from '../../values/routing-policies.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { enumOf } from '../enum-of.ts';
import { Node } from '../node.ts';
import { OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

const RehearsalStateEnum = enumOf<RehearsalState>('RoutingRehearsalState', 'How far a rehearsal is.', {
  waiting: 'It begins within a minute, or when those before it are done.',
  running: 'It is on its way.',
  done: 'It has a report.',
  failed: 'It could not be done, or took more than ten minutes or half a gigabyte; the log says why.',
});

@ObjectType({ description: 'How a routing policy did over all contacts of a rehearsal.', simpleResolvers: true })
@Right('policies:read')
@OfNobody()
export class RoutingRehearsalFigures {
  @Field(() => Int, { description: 'Contacts that came in.' })
  contacts!: number;

  @Field(() => Int, { description: 'Of them, those that nobody ever answered.' })
  unanswered!: number;

  @Field(() => Int, { description: 'Of those that were answered, within five minutes.' })
  answeredInFiveMinutes!: number;

  @Field(() => Float, { description: 'Mean wait until the first answer, in seconds.' })
  meanWaitSeconds!: number;

  @Field(() => Int, { description: 'Of a hundred contacts five waited longer, in seconds.' })
  p95WaitSeconds!: number;

  @Field(() => Int, { description: 'Contacts whose last agent lacked a skill that was asked or wished for.' })
  contactsWithMissedSkills!: number;

  @Field(() => Int, { description: 'How often a contact was passed on. 0 over history: nobody knows who would.' })
  transfers!: number;

  @Field(() => Float, { description: 'Mean busy hours of the agents who had work.' })
  busyHoursMean!: number;

  @Field(() => Float, { description: 'Standard deviation of these hours between agents: 0 is even.' })
  busyHoursSpread!: number;
}

@ObjectType({
  description: 'What the active policy and the rehearsed one did with the same contacts.',
  simpleResolvers: true,
})
@Right('policies:read')
@OfNobody()
export class RoutingRehearsalReport {
  @Field(() => RoutingRehearsalFigures, { description: 'Under the version that was active.' })
  active!: RoutingRehearsalFigures;

  @Field(() => RoutingRehearsalFigures, { description: 'Under the policy that was rehearsed.' })
  rehearsed!: RoutingRehearsalFigures;
}

@ObjectType({ description: 'What became of a contact under a policy.', simpleResolvers: true })
@Right('policies:read')
@OfNobody()
export class RehearsedOutcome {
  @Field(() => ID, { description: 'Who had it last: an agent, `agt_…`, or one of a drawn day.' })
  agentId!: string;

  @Field(() => Int, { description: 'How long it waited for the first answer, in seconds.' })
  waitSeconds!: number;

  @Field(() => [String], { description: 'Skills asked or wished for that this agent lacks.' })
  missing!: string[];

  @Field(() => Int, { description: 'How often it was passed on.' })
  transfers!: number;
}

@ObjectType({ description: 'A contact that went differently under the rehearsed policy.', simpleResolvers: true })
@Right('policies:read')
@OfNobody()
export class RehearsedContact {
  @Field(() => Int, { description: 'Its place in the order in which contacts came, from 1.' })
  number!: number;

  @Field(() => ID, { description: 'The conversation, `cnv_…`; of a drawn day a name of its own.' })
  contact!: string;

  @Field(() => RehearsedOutcome, { nullable: true, description: 'Under the active policy. Null: nobody answered.' })
  active!: RehearsedOutcome | null;

  @Field(() => RehearsedOutcome, { nullable: true, description: 'Under the rehearsed policy. Null: nobody answered.' })
  rehearsed!: RehearsedOutcome | null;
}

export const RehearsedContactConnection = connectionOf(RehearsedContact, 'RehearsedContact', 'policies:read');

@ObjectType({
  implements: Node,
  description:
    'A routing policy, run by the core itself over contacts of the past or of a drawn day, beside the active one.',
})
@Right('policies:read')
export class RoutingRehearsal extends Node {
  @Field(() => RehearsalStateEnum, { description: 'How far it is.' })
  state!: RehearsalState;

  @Field(() => Int, { description: 'How far it is, 0 to 100.' })
  progressPercent!: number;

  @Field(() => Int, { nullable: true, description: 'The version that is rehearsed. Null: a document without one.' })
  version!: number | null;

  @Field(() => Int, { description: 'The version that was active, for all, when it was asked for.' })
  activeVersion!: number;

  @Field(() => Int, { nullable: true, description: 'How many days of history it looks at. Null: a drawn day.' })
  historyDays!: number | null;

  @Field(() => Int, { nullable: true, description: 'What the day is drawn from. Null: it looks at history.' })
  seed!: number | null;

  @Field(() => RoutingRehearsalReport, { nullable: true, description: 'Null: it is not done.' })
  report!: RoutingRehearsalReport | null;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  madeAt!: Date;

  @Field(() => String, { description: 'The principal that asked for it.' })
  madeBy!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was done or failed. Null: neither.' })
  endedAt!: Date | null;
}

export const RoutingRehearsalConnection = connectionOf(RoutingRehearsal, 'RoutingRehearsal', 'policies:read');

@InputType({ description: 'What is rehearsed, and over what.' })
export class RoutingPolicyRehearseInput {
  @Field(() => Int, { nullable: true, description: 'The version. Null or absent: give the `document`.' })
  version?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'JSON as for `routingPolicyCreate`, without keeping it. Null or absent: name the `version`.',
  })
  document?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Over the conversations that began within so many days, 1 to 31, the newest 20,000. Null or absent: name the `seed`.',
  })
  historyDays?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Over a peak day of a large shop that is drawn from this. Null or absent: name the `historyDays`.',
  })
  seed?: number | null;
}

@ObjectType({ description: 'Answer of `routingPolicyRehearse`.' })
@Right('policies:write')
export class RoutingPolicyRehearsePayload {
  @Field(() => RoutingRehearsal, {
    nullable: true,
    description:
      'The rehearsal, which is done in the background. Null: refused, see `userErrors`; or you may not read policies.',
  })
  @Right('policies:read')
  routingRehearsal!: RoutingRehearsal | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was asked for.' })
  userErrors!: UserError[];
}
