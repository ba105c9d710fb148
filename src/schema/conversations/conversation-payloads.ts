import { Field, ID, InputType, ObjectType } from 'type-graphql';

import type { Channel } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { ChannelEnum } from '../vocabulary.ts';
import { Agent } from './agent.ts';
import { Conversation } from './conversation.ts';
import { Message, Note } from './message.ts';

const NULL_MEANS = 'Null: refused, see `userErrors`; or not visible to you.';
const ERRORS = { description: 'Why it was refused. Empty: it was done.' };

@InputType({ description: 'A note to add.' })
export class NoteAddInput {
  @Field(() => String, { description: 'Plain text, 1 to 20,000 characters.' })
  text!: string;
}

@InputType({ description: 'A message to send.' })
export class MessageSendInput {
  @Field(() => String, { description: 'Plain text, 1 to 100,000 characters.' })
  text!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The leg of this conversation to send it on, `leg_…`. Null or absent: the one that the conversation turned to last; once it switched for privacy, the private one.',
  })
  legId?: string | null;

  @Field(() => ChannelEnum, {
    nullable: true,
    description:
      'Send it on the leg of this channel. Null or absent: as `legId` says. A channel without a leg asks for `conversationSwitchChannel` first.',
  })
  channel?: Channel | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: it is meant to be read by everybody. Needed to answer on a public leg once the conversation switched for privacy. Null or absent: false.',
  })
  isPublic?: boolean | null;
}

@ObjectType({ description: 'Answer of `noteAdd`.' })
@Right('notes:write')
export class NoteAddPayload {
  @Field(() => Note, { nullable: true, description: `The note. ${NULL_MEANS}` })
  note!: Note | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `messageSend`.' })
@Right('messages:send')
export class MessageSendPayload {
  @Field(() => Message, { nullable: true, description: `The message. ${NULL_MEANS}` })
  message!: Message | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `conversationResolve`.' })
@Right('conversations:write')
export class ConversationResolvePayload {
  @Field(() => Conversation, { nullable: true, description: `The conversation as it is now. ${NULL_MEANS}` })
  conversation!: Conversation | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `conversationReopen`.' })
@Right('conversations:write')
export class ConversationReopenPayload {
  @Field(() => Conversation, { nullable: true, description: `The conversation as it is now. ${NULL_MEANS}` })
  conversation!: Conversation | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `agentPresenceSet`.' })
@Right('presence:write')
export class AgentPresenceSetPayload {
  @Field(() => Agent, { nullable: true, description: `The agent as it is now. ${NULL_MEANS}` })
  agent!: Agent | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}
