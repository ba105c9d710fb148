import { Field, ObjectType } from 'type-graphql';

import type { Channel } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum } from '../vocabulary.ts';

@ObjectType({ implements: Node, description: 'Our own address on a channel.' })
@Right('conversations:read')
export class Inbox extends Node {
  @Field(() => ChannelEnum, { description: 'The medium. Never changes.' })
  channel!: Channel;

  @Field(() => String, { description: 'Name by which systems call it. Unique.' })
  externalId!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'The address customers write to. Null: the channel has none.' })
  address!: string | null;

  @Field(() => String, { nullable: true, description: 'Brand it speaks for. Null: the only one.' })
  brand!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Country (ISO 3166-1 alpha-2) it serves: national phone numbers are read in it. Null: several.',
  })
  market!: string | null;

  @Field(() => DateTime, { description: 'When it was recorded.' })
  createdAt!: Date;
}

export const InboxConnection = connectionOf(Inbox, 'Inbox', 'conversations:read');
