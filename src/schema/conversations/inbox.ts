import { Field, ObjectType } from 'type-graphql';

import type { Channel, InboxRouting } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, InboxRoutingEnum } from '../vocabulary.ts';
import { BusinessHours } from './business-hours.ts';

@ObjectType({ implements: Node, description: 'Our own address on a channel.' })
@Right('conversations:read')
@OfNobody()
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

  @Field(() => BusinessHours, { nullable: true, description: 'When it is staffed. Null: always.' })
  businessHours!: BusinessHours | null;

  @Field(() => String, {
    nullable: true,
    description:
      'How the secret of its hook begins, to tell secrets apart. Null: it has none, the hook refuses everything.',
  })
  @Right('inboxes:write')
  hookSecretPrefix!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when the secret before the last rotation is good. Null: it is not, or there was none.',
  })
  @Right('inboxes:write')
  earlierHookSecretUntil!: Date | null;

  @Field(() => Boolean, { description: 'True: credentials of its channel are kept. Nobody can read them back.' })
  @Right('inboxes:write')
  hasCredentials!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Where messages to its customers are handed over. Null: it has no bridge.',
  })
  @Right('inboxes:write')
  bridgeUrl!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'How the secret begins that signs what goes to the bridge. Null: it has no bridge.',
  })
  @Right('inboxes:write')
  bridgeSecretPrefix!: string | null;

  @Field(() => InboxRoutingEnum, { description: 'How its conversations come to agents.' })
  routing!: InboxRouting;

  @Field(() => DateTime, { description: 'When it was recorded.' })
  createdAt!: Date;
}

export const InboxConnection = connectionOf(Inbox, 'Inbox', 'conversations:read');
