import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

import type { ParticipantMode, ParticipantState } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { OfCustomer } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ParticipantModeEnum, ParticipantStateEnum } from '../vocabulary.ts';
import { SkillAskedInput } from './control.ts';
import { Conversation } from './conversation.ts';

@ObjectType({ description: 'Somebody who takes part in a conversation beside the party in control, or is asked to.' })
@Right('notes:read')
@OfCustomer('customerId')
export class ConversationParticipant {
  @Field(() => ID, { description: 'Id of taking part, `prt_…`.' })
  id!: string;

  @Field(() => ParticipantModeEnum, { description: 'How.' })
  mode!: ParticipantMode;

  @Field(() => ParticipantStateEnum, { description: 'How it stands.' })
  state!: ParticipantState;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  askedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Until when an answer is waited for. Null: nobody was asked.' })
  expiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Since when. Null: not yet, or never.' })
  joinedAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Until when. Null: it goes on.' })
  endedAt!: Date | null;

  @Field(() => Int, {
    description:
      'Places of the agent that it takes now, as the policy says (`capacity.consultation`). 0: none, as long as there is no answer, for whoever joined by themselves, and when it is over.',
  })
  placesTaken!: number;
}

@InputType({ description: 'A question to a colleague: exactly one of `agentId`, `teamId` and `skill`.' })
export class ConversationConsultInput {
  @Field(() => ID, {
    nullable: true,
    description: 'Whom: an agent, `agt_…`, who is at work and has a free place. Null or absent: not by name.',
  })
  agentId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Whoever of a team, `tea_…`, has room for it: the one with the most free places. Null or absent: of no team.',
  })
  teamId?: string | null;

  @Field(() => SkillAskedInput, {
    nullable: true,
    description:
      'Whoever has a skill and room for it: the one who has it at the highest level. Who declined or did not answer lately is not asked again for this conversation. Null or absent: not by skill.',
  })
  skill?: SkillAskedInput | null;

  @Field(() => String, {
    description: 'What is to be known, 1 to 20,000 characters. Stands as a note in the conversation.',
  })
  question!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'How long an answer is waited for, 5 to 3,600. Null or absent: 60.',
  })
  seconds?: number | null;
}

@ObjectType({ description: 'Answer of the mutations about who takes part.' })
@Right('conversations:route')
export class ConversationParticipantPayload {
  @Field(() => ConversationParticipant, {
    nullable: true,
    description: 'As it stands now. Null: refused, see `userErrors`; or not visible to you.',
  })
  @Right('notes:read')
  participant!: ConversationParticipant | null;

  @Field(() => Conversation, {
    nullable: true,
    description: 'The conversation as it is now. Null: refused, see `userErrors`; or not visible to you.',
  })
  @Right('conversations:read')
  conversation!: Conversation | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
