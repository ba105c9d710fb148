import { Field, Int, ObjectType } from 'type-graphql';

import type { SenderKind } from '../../values/channel-facts.ts';
import type { Channel, ChannelClass, IdentityKind } from '../../values/vocabulary.ts';
import { OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';
import { ChannelClassEnum, ChannelEnum, IdentityKindEnum, SenderKindEnum } from '../vocabulary.ts';

@ObjectType({ description: 'What a channel is like.', simpleResolvers: true })
@Right('conversations:read')
@OfNobody()
export class ChannelFacts {
  @Field(() => ChannelEnum, { description: 'Which channel.' })
  name!: Channel;

  @Field(() => ChannelClassEnum, { description: 'Which of the four classes it belongs to.' })
  class!: ChannelClass;

  @Field(() => String, { description: 'What people call it, in English.' })
  title!: string;

  @Field(() => String, { description: 'What it is, in a sentence.' })
  description!: string;

  @Field(() => IdentityKindEnum, {
    description: 'What a sender on it is known by, where a request to its hook does not say it.',
  })
  senderKind!: IdentityKind;

  @Field(() => Boolean, { description: 'True: what is written on it everybody reads, unless a message is private.' })
  isPublic!: boolean;

  @Field(() => Boolean, { description: 'True: the medium itself keeps messages of one matter together.' })
  hasThreads!: boolean;

  @Field(() => SenderKindEnum, {
    nullable: true,
    description: 'Who carries our messages out. Null: nothing can be sent on it.',
  })
  sendsBy!: SenderKind | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Characters that one message of ours may have. Null: the medium sets no bound.',
  })
  longestText!: number | null;
}
