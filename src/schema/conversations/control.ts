import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

import type { PartyKind } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { OfCustomer, OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { PartyKindEnum } from '../vocabulary.ts';
import { Conversation } from './conversation.ts';

@ObjectType({ description: 'Somebody who can hold a conversation. The field that fits `kind` says who.' })
@Right('conversations:read')
@OfNobody()
export class Party {
  @Field(() => PartyKindEnum, { description: 'What it is.' })
  kind!: PartyKind;

  /** Of an agent, a team or a location; else a principal. */
  id!: string;
}

@ObjectType({
  description:
    'Who holds control of a conversation: the one party that answers. A bot does not write while another party holds it. The field that fits `kind` says who.',
})
@Right('conversations:read')
export class Control {
  @Field(() => PartyKindEnum, { description: 'What holds it.' })
  kind!: PartyKind;

  @Field(() => DateTime, { description: 'Since when, by our clock.' })
  since!: Date;

  /** Of an agent, a team or a location; else a principal. */
  id!: string;
}

@ObjectType({ description: 'A conversation was given from one party to another. Never changes.' })
@Right('conversations:read')
@OfCustomer('customerId')
export class Handoff {
  @Field(() => ID, { description: 'Id of the handoff, `hnd_…`.' })
  id!: string;

  @Field(() => String, {
    description: 'What the next one has to know, 1 to 20,000 characters. Internal: the customer never sees it.',
  })
  @Right('notes:read')
  summary!: string;

  @Field(() => DateTime, { description: 'When, by our clock.' })
  handedAt!: Date;
}

export const HandoffConnection = connectionOf(Handoff, 'Handoff', 'conversations:read');

@InputType({ description: 'Whoever has a skill.' })
export class SkillAskedInput {
  @Field(() => String, { description: '`class:name`, for example `area:delivery` or `language:fi`.' })
  skill!: string;

  @Field(() => Int, { nullable: true, description: 'The lowest level that will do, 1 to 5. Null or absent: 1.' })
  level?: number | null;
}

@InputType({ description: 'To whom a conversation is handed: exactly one of them.' })
export class HandoffTargetInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'An agent, `agt_…`, who is online or takes transfers and has a free place: gets control and is assigned. Where the policy of routing asks agents, the agent is asked first; what is not taken goes to whoever else is fit.',
  })
  agentId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'A team, `tea_…`: holds control until a member writes, takes it, or is chosen by routing. Routing chooses at once where the inbox asks for agents by itself (`Inbox.routing`).',
  })
  teamId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Principal of a bot: the id of its key, `key_…`, or `Viewer.principal` of its token.',
  })
  bot?: string | null;

  @Field(() => ID, { nullable: true, description: 'A store, `loc_…`.' })
  locationId?: string | null;

  @Field(() => SkillAskedInput, {
    nullable: true,
    description:
      'Whoever has this skill: routing chooses, with what the policy asks for besides, and it waits where nobody is free.',
  })
  skill?: SkillAskedInput | null;
}

@InputType({ description: 'A conversation to hand off.' })
export class ConversationHandOffInput {
  @Field(() => HandoffTargetInput, { description: 'To whom.' })
  to!: HandoffTargetInput;

  @Field(() => String, {
    description:
      'What the next one has to know, so that the customer need not repeat it. Plain text, 1 to 20,000 characters, internal.',
  })
  summary!: string;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: to the agent at once, also without a free place and without asking; supervisors only. Null or absent: false.',
  })
  force?: boolean | null;
}

@InputType({ description: 'A party as the caller knows it, or nobody.' })
export class PartyInput {
  @Field(() => PartyKindEnum, { nullable: true, description: 'What it is. Null or absent: nobody.' })
  kind?: PartyKind | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the agent, team or location, or principal of the bot. Null or absent: nobody.',
  })
  id?: string | null;
}

@ObjectType({ description: 'Answer of the mutations that change who holds a conversation.' })
@Right('conversations:route')
export class ConversationHoldPayload {
  @Field(() => Conversation, {
    nullable: true,
    description: 'The conversation as it is now. Null: refused, see `userErrors`; or not visible to you.',
  })
  conversation!: Conversation | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `conversationHandOff`.' })
@Right('conversations:route')
export class ConversationHandOffPayload {
  /** Of what routing decided. */
  decisionId?: string | null;

  @Field(() => Handoff, {
    nullable: true,
    description: 'The handoff. Null: refused, see `userErrors`; or not visible to you.',
  })
  handoff!: Handoff | null;

  @Field(() => Conversation, {
    nullable: true,
    description: 'The conversation as it is now. Null: refused, see `userErrors`; or not visible to you.',
  })
  conversation!: Conversation | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
