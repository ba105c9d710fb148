import { Field, ID, InputType, ObjectType } from 'type-graphql';

import type { AgentId, InboxId } from '../../values/ids.ts';
import type { Channel, ConversationStatus } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, ConversationStatusEnum } from '../vocabulary.ts';

@ObjectType({ implements: Node, description: 'One issue of one person, over any number of channels.' })
@Right('conversations:read')
export class Conversation extends Node {
  @Field(() => String, {
    description:
      '`C-` and six characters. A customer who names it on another channel is put through to this conversation.',
  })
  reference!: string;

  @Field(() => String, {
    nullable: true,
    description: 'As the first message said it. Null: the channel has no subjects.',
  })
  subject!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What it is about: delivery, returns, payment, product or account, by key words. Null: no rule fits.',
  })
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

  @Field(() => DateTime, { nullable: true, description: 'When it was resolved, by our clock. Null: it is open.' })
  resolvedAt!: Date | null;
}

export const ConversationConnection = connectionOf(Conversation, 'Conversation', 'conversations:read');

@InputType({ description: 'Which conversations a list is about: those that meet everything that is given.' })
export class ConversationFilter {
  @Field(() => ConversationStatusEnum, {
    nullable: true,
    description: 'Only these. Null or absent: open and resolved.',
  })
  status?: ConversationStatus | null;

  @Field(() => ID, { nullable: true, description: 'Whose newest leg is in this inbox. Null or absent: any.' })
  inboxId?: InboxId | null;

  @Field(() => ChannelEnum, {
    nullable: true,
    description: 'Whose newest leg is on this channel. Null or absent: any.',
  })
  channel?: Channel | null;

  @Field(() => ID, { nullable: true, description: 'Assigned to this agent. Null or absent: anybody or nobody.' })
  assigneeId?: AgentId | null;
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
