import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

import type { AgentId, InboxId } from '../../values/ids.ts';
import type { Channel, ConversationStatus, IssueType, Outcome, Priority } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { OfCustomer } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, ConversationStatusEnum, IssueTypeEnum, OutcomeEnum, PriorityEnum } from '../vocabulary.ts';

@ObjectType({ implements: Node, description: 'One issue of one person, over any number of channels.' })
@Right('conversations:read')
@OfCustomer('customerId')
export class Conversation extends Node {
  @Field(() => String, {
    description:
      '`C-` and six characters. A customer who names it on another channel is put through to this conversation.',
  })
  reference!: string;

  @Field(() => String, {
    nullable: true,
    description: 'As the first message said it, or as it was set since. Null: the channel has no subjects.',
  })
  subject!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What it is about: delivery, returns, payment, product or account, by key words of its messages; or a word that was set. Null: no rule fits.',
  })
  @Right('triage:read')
  topic!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'BCP 47 language, stated by the source or detected from the text. Null: too short to tell.',
  })
  language!: string | null;

  @Field(() => ConversationStatusEnum, { description: 'Whether anything is left to do.' })
  status!: ConversationStatus;

  @Field(() => ChannelEnum, { description: 'Channel of the newest leg.' })
  channel!: Channel;

  @Field(() => DateTime, { description: 'When the first message was written, by the source’s clock.' })
  openedAt!: Date;

  @Field(() => DateTime, {
    description: 'When the newest message in either direction was written, by its source’s clock.',
  })
  lastMessageAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was resolved, by our clock. Null: it is not resolved.',
  })
  resolvedAt!: Date | null;

  @Field(() => IssueTypeEnum, {
    nullable: true,
    description: 'What kind of issue it is, set by `conversationUpdate`. Null: nobody said.',
  })
  @Right('triage:read')
  issueType!: IssueType | null;

  @Field(() => PriorityEnum, { description: 'How soon it should be answered. NORMAL until somebody says otherwise.' })
  @Right('triage:read')
  priority!: Priority;

  @Field(() => [String], {
    description: 'Tags in lower case and alphabetical order, without repeats; 20 at most, 50 characters each.',
  })
  @Right('triage:read')
  tags!: string[];

  @Field(() => String, {
    nullable: true,
    description: 'What was done about it, said when it was last resolved. Plain text. Null: nobody said.',
  })
  @Right('notes:read')
  actionsTaken!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What solved it, said when it was last resolved. Plain text. Null: nobody said.',
  })
  @Right('notes:read')
  resolution!: string | null;

  @Field(() => OutcomeEnum, {
    nullable: true,
    description: 'How it ended when it was last resolved; it stays when the conversation reopens. Null: nobody said.',
  })
  outcome!: Outcome | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it wakes by itself, by the database’s clock. Null: it is not snoozed.',
  })
  snoozedUntil!: Date | null;

  @Field(() => Int, {
    description:
      'How many events its stream has had, read together with the fields beside it. Give it as `expectedVersion` to act only if nothing happened since.',
  })
  version!: number;
}

export const ConversationConnection = connectionOf(Conversation, 'Conversation', 'conversations:read');

@InputType({ description: 'Which conversations a list is about: those that meet everything that is given.' })
export class ConversationFilter {
  @Field(() => ConversationStatusEnum, {
    nullable: true,
    description: 'Only these. Null or absent: any.',
  })
  status?: ConversationStatus | null;

  @Field(() => ID, { nullable: true, description: 'Whose newest leg is in this inbox. Null or absent: any.' })
  inboxId?: InboxId | null;

  @Field(() => ChannelEnum, {
    nullable: true,
    description: 'Whose newest leg is on this channel. Null or absent: any.',
  })
  channel?: Channel | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Assigned to this agent; FORBIDDEN without the right `agents:read`. Null or absent: anybody or nobody.',
  })
  assigneeId?: AgentId | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Control of which this one holds: an agent (`agt_…`), a team (`tea_…`), a store (`loc_…`) or a bot (its principal); FORBIDDEN without the right `agents:read`. Null or absent: anybody or nobody.',
  })
  heldById?: string | null;

  @Field(() => PriorityEnum, {
    nullable: true,
    description: 'Of this priority; FORBIDDEN without the right `triage:read`. Null or absent: any.',
  })
  priority?: Priority | null;

  @Field(() => IssueTypeEnum, {
    nullable: true,
    description: 'Of this kind of issue; FORBIDDEN without the right `triage:read`. Null or absent: any or none.',
  })
  issueType?: IssueType | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Carrying this tag, compared as tags are stored: trimmed, lower case; FORBIDDEN without the right `triage:read`. Null or absent: any or none.',
  })
  tag?: string | null;
}

@ObjectType({ description: 'The part of a conversation on one endpoint.' })
@Right('conversations:read')
export class Leg {
  @Field(() => ID, { description: 'Id of the leg, `leg_…`.' })
  id!: string;

  @Field(() => ChannelEnum, { description: 'The medium.' })
  channel!: Channel;

  @Field(() => String, { description: 'The customer’s address there, as identities compare it.' })
  address!: string;

  @Field(() => Boolean, {
    description:
      'True: what is written there everybody reads (a post, a comment, a review). False: only the customer does.',
  })
  isPublic!: boolean;

  @Field(() => DateTime, { description: 'When its first message was written, by the source’s clock.' })
  startedAt!: Date;

  @Field(() => DateTime, { description: 'When its newest message was written, by its source’s clock.' })
  lastMessageAt!: Date;
}
