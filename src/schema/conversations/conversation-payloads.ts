import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

import type { Purpose } from '../../values/consents.ts';
import type { Channel, IssueType, Outcome, Priority } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { ChannelEnum, IssueTypeEnum, OutcomeEnum, PriorityEnum, PurposeEnum } from '../vocabulary.ts';
import { Conversation } from './conversation.ts';
import { Message, Note } from './message.ts';

const NULL_MEANS = 'Null: refused, see `userErrors`; or not visible to you.';
const UPLOADS =
  'Your uploads to this conversation (`POST /attachments`) that go with it, `att_…`, 10 at most. Null or absent: none.';
const ERRORS = { description: 'Why it was refused. Empty: it was done.' };

@InputType({ description: 'A note to add.' })
export class NoteAddInput {
  @Field(() => String, { description: 'Plain text, 1 to 20,000 characters.' })
  text!: string;

  @Field(() => [ID], { nullable: true, description: UPLOADS })
  attachmentIds?: string[] | null;
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

  @Field(() => [ID], { nullable: true, description: UPLOADS })
  attachmentIds?: string[] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      '`Conversation.version` that you answered to: sent only if nothing happened since, else CONFLICT. Null or absent: sent in any case.',
  })
  expectedVersion?: number | null;

  @Field(() => PurposeEnum, {
    nullable: true,
    description:
      'For what it is sent: ORDER_UPDATES or MARKETING where nobody asked for it. Consent is asked when it is written and before each try. Null or absent: SERVICE, an answer.',
  })
  purpose?: Purpose | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What it is about, where nobody asked for it: your name of the campaign or the news, 1 to 200 characters. Nobody is written to twice about one thing, over whichever channel, for `REPEAT_CONTACT_DAYS`. Absent for SERVICE.',
  })
  about?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The order of the person that it is about. With `about` as a notice is called (`delay`, `ready for pickup`, `refund sent`, `return received`) it is what that notice tells: of the two only the first is written. NOT_FOUND: not an order of this person. Absent for SERVICE; null: of none.',
  })
  orderId?: string | null;
}

@InputType({
  description: 'What to change of a conversation: what is absent stays as it is, null empties.',
})
export class ConversationUpdateInput {
  @Field(() => String, { nullable: true, description: 'Plain text, 500 characters at most. Null: none.' })
  subject?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What it is about, 50 characters at most, kept in lower case; routing asks agents for it. Null: unknown.',
  })
  topic?: string | null;

  @Field(() => String, { nullable: true, description: 'BCP 47 language, for example `fi`. Null: unknown.' })
  language?: string | null;

  @Field(() => IssueTypeEnum, { nullable: true, description: 'What kind of issue it is. Null: unknown.' })
  issueType?: IssueType | null;

  @Field(() => PriorityEnum, { nullable: true, description: 'How soon it should be answered. Null: NORMAL again.' })
  priority?: Priority | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'All its tags from now on, 20 at most, 1 to 50 characters each; kept trimmed, in lower case, sorted, without repeats. Null: none.',
  })
  tags?: string[] | null;
}

@InputType({
  description:
    'What was done, for whoever serves the person next. What is absent or null stays as an earlier resolving said it.',
})
export class ConversationResolveInput {
  @Field(() => String, { nullable: true, description: 'What was done. Plain text, 20,000 characters at most.' })
  actionsTaken?: string | null;

  @Field(() => String, { nullable: true, description: 'What solved it. Plain text, 20,000 characters at most.' })
  resolution?: string | null;

  @Field(() => OutcomeEnum, { nullable: true, description: 'How it ended for the customer.' })
  outcome?: Outcome | null;
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

@ObjectType({ description: 'Answer of `conversationUpdate`.' })
@Right('conversations:write')
export class ConversationUpdatePayload {
  @Field(() => Conversation, { nullable: true, description: `The conversation as it is now. ${NULL_MEANS}` })
  conversation!: Conversation | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `conversationLinkOrder`.' })
@Right('conversations:write')
export class ConversationLinkOrderPayload {
  @Field(() => Conversation, { nullable: true, description: `The conversation as it is now. ${NULL_MEANS}` })
  conversation!: Conversation | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `conversationUnlinkOrder`.' })
@Right('conversations:write')
export class ConversationUnlinkOrderPayload {
  @Field(() => Conversation, { nullable: true, description: `The conversation as it is now. ${NULL_MEANS}` })
  conversation!: Conversation | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `conversationMerge`.' })
@Right('conversations:write')
export class ConversationMergePayload {
  @Field(() => Conversation, { nullable: true, description: `The survivor as it is now. ${NULL_MEANS}` })
  conversation!: Conversation | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `conversationSplit`.' })
@Right('conversations:write')
export class ConversationSplitPayload {
  @Field(() => Conversation, { nullable: true, description: `The new conversation. ${NULL_MEANS}` })
  conversation!: Conversation | null;

  @Field(() => [UserError], ERRORS)
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `conversationSnooze`.' })
@Right('conversations:write')
export class ConversationSnoozePayload {
  @Field(() => Conversation, { nullable: true, description: `The conversation as it is now. ${NULL_MEANS}` })
  conversation!: Conversation | null;

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
