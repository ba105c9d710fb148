import { Field, Float, ID, Int, ObjectType } from 'type-graphql';

import type { MomentText } from '../../values/context-packet.ts';
import type { ClockKind, ClockState } from '../../values/service-clocks.ts';
import type { ParticipantMode, ParticipantState } from '../../values/vocabulary.ts';
import { Right } from '../right.ts';
import { ClockKindEnum, ClockStateEnum } from '../routing/service-clock.ts';
import { DateTime } from '../scalars.ts';
import { ParticipantModeEnum, ParticipantStateEnum } from '../vocabulary.ts';
import { ContextAgent, ContextControl } from './context-conversation.ts';

const only = (what: string) => `The value, if it is ${what}. Null: it is something else.`;

@ObjectType({ description: 'Something known of a conversation, as a packet carries it.', simpleResolvers: true })
@Right('triage:read')
export class ContextSignal {
  @Field(() => String, {
    description:
      'What it says something about: `channel`, `language`, `topic`, `issue_type` and `priority` of the conversation; `open_issues`, `repeated_contacts`, `late_order` and `areas` as they were when an agent was asked for last; and what was told: `sentiment`, `intent`, `complexity`, names of yours.',
  })
  name!: string;

  @Field(() => String, { nullable: true, description: only('a text') })
  text!: string | null;

  @Field(() => Float, { nullable: true, description: only('a number') })
  number!: number | null;

  @Field(() => Boolean, { nullable: true, description: only('true or false') })
  boolean!: boolean | null;

  @Field(() => [String], { nullable: true, description: only('a list of words') })
  words!: string[] | null;

  @Field(() => String, {
    description: 'Who says so: principal of the bot or person that told it, or the part of Punos that read it.',
  })
  source!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was told or read, by our clock. Null: it stands in the conversation as it is now.',
  })
  at!: MomentText | null;
}

@ObjectType({
  description: 'A clock of the service level, as a packet carries it: it changes when something happens to it.',
  simpleResolvers: true,
})
@Right('triage:read')
export class ContextClock {
  @Field(() => ClockKindEnum, { description: 'What was promised.' })
  kind!: ClockKind;

  @Field(() => ClockStateEnum, { description: 'Whether it goes on.' })
  state!: ClockState;

  @Field(() => String, { description: 'Name of the service level in the routing policy that the target is from.' })
  level!: string;

  @Field(() => Int, { description: 'The target, in open seconds.' })
  targetSeconds!: number;

  @Field(() => DateTime, { description: 'When the customer wrote the message that it began with.' })
  startedAt!: MomentText;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the target is missed unless somebody answers; of a clock that has ended, when it would have been. Null: it stands still, or its calendar does not open again within a year.',
  })
  dueAt!: MomentText | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Open seconds that are left of a clock that stands still, negative past the target. Null: it does not.',
  })
  remainingSeconds!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was told that it is due soon. Null: it was not.' })
  warnedAt!: MomentText | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was told that the target was missed. Null: it was not.',
  })
  breachedAt!: MomentText | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was answered or resolved. Null: it was not.' })
  endedAt!: MomentText | null;
}

@ObjectType({
  description: 'Who takes part beside the party in control, or is asked to, as a packet carries it.',
  simpleResolvers: true,
})
@Right('notes:read')
export class ContextParticipant {
  @Field(() => ID, { description: 'Id of taking part, `prt_…`.' })
  id!: string;

  @Field(() => ParticipantModeEnum, { description: 'How.' })
  mode!: ParticipantMode;

  @Field(() => ParticipantStateEnum, { description: 'ASKED or JOINED.' })
  state!: ParticipantState;

  @Field(() => ContextAgent, { nullable: true, description: 'Who. Null: somebody who leads and is no agent.' })
  agent!: ContextAgent | null;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  askedAt!: MomentText;

  @Field(() => DateTime, { nullable: true, description: 'Since when. Null: not yet.' })
  joinedAt!: MomentText | null;
}

@ObjectType({ description: 'How a conversation is being served that is not resolved.', simpleResolvers: true })
@Right('conversations:read')
export class ContextService {
  @Field(() => ID, { description: 'Id of the conversation, `cnv_…`.' })
  conversationId!: string;

  @Field(() => String, { description: 'Reference of the conversation.' })
  reference!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the customer wrote the first message that nobody has answered. Null: we wait for the customer.',
  })
  waitingSince!: MomentText | null;

  @Field(() => ContextControl, { nullable: true, description: 'The one party that answers. Null: nobody does.' })
  control!: ContextControl | null;

  @Field(() => [ContextSignal], {
    description: 'What is known of it, by name, 40 at most. Asks the right `triage:read`.',
  })
  @Right('triage:read')
  signals!: ContextSignal[];

  @Field(() => [ContextClock], {
    description:
      'What was promised and how it stands: first response, the newest next response, resolution. Empty: nothing was, or it is counted in a moment. Asks the right `triage:read`.',
  })
  @Right('triage:read')
  clocks!: ContextClock[];

  @Field(() => [ContextParticipant], {
    description:
      'Who listens, coaches, speaks or gives advice, or is asked to, the first first, 20 at most. Asks the right `notes:read`.',
  })
  @Right('notes:read')
  participants!: ContextParticipant[];
}
