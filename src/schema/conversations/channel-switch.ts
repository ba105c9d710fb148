import { Field, ID, InputType, ObjectType } from 'type-graphql';

import type { Channel, SwitchReason } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { ChannelEnum, SwitchReasonEnum } from '../vocabulary.ts';
import { Conversation } from './conversation.ts';

@InputType({ description: 'Where a conversation goes on, and why.' })
export class ConversationSwitchChannelInput {
  @Field(() => ChannelEnum, {
    nullable: true,
    description:
      'The channel; the inbox is one of the brand and market that the conversation is in. Give this or `inboxId`.',
  })
  toChannel?: Channel | null;

  @Field(() => ID, { nullable: true, description: 'The inbox, `inb_…`. Give this or `toChannel`.' })
  inboxId?: string | null;

  @Field(() => SwitchReasonEnum, { description: 'Why. `FALLBACK` is refused: it is our own.' })
  reason!: SwitchReason;

  @Field(() => String, {
    nullable: true,
    description:
      'What to tell the customer instead of our own words, up to 2,000 characters. Goes to private legs only. Null or absent: where it goes on, that nothing need be repeated, and the reference, in the language of the conversation.',
  })
  guidance?: string | null;
}

@ObjectType({ description: 'A channel on which the person of a conversation can be reached in private.' })
@Right('conversations:read')
export class ReplyChannel {
  @Field(() => ChannelEnum, { description: 'The channel.' })
  channel!: Channel;

  @Field(() => String, { description: 'The address of the person that would be used, as identities compare it.' })
  address!: string;

  @Field(() => Boolean, { description: 'True: the person prefers this channel.' })
  isPreferred!: boolean;

  @Field(() => Boolean, {
    description: 'True: the person wrote from this address to this inbox before. False: an identity says it.',
  })
  isKnown!: boolean;
}

@ObjectType({ description: 'Answer of `conversationSwitchChannel`.' })
@Right('messages:send')
export class ConversationSwitchChannelPayload {
  @Field(() => Conversation, {
    nullable: true,
    description: 'The conversation as it is now. Null: refused, see `userErrors`; or not visible to you.',
  })
  conversation!: Conversation | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
