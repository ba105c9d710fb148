import { Field, Float, ID, InputType, ObjectType } from 'type-graphql';

import type { Channel, IdentityKind } from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { OfCustomer } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, IdentityKindEnum } from '../vocabulary.ts';

@ObjectType({
  implements: Node,
  description:
    'A person: everything that arrived under several customer ids and is one person now is one Customer, with the id of the person.',
})
@Right('customers:read')
@OfCustomer('id')
export class Customer extends Node {
  @Field(() => String, { nullable: true, description: 'Name to greet with. Null: nobody told us.' })
  displayName!: string | null;

  @Field(() => String, { nullable: true, description: 'Given name. Null: unknown.' })
  givenName!: string | null;

  @Field(() => String, { nullable: true, description: 'Family name. Null: unknown.' })
  familyName!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'BCP 47 language the person wants to be served in. Null: unknown.',
  })
  language!: string | null;

  @Field(() => String, { nullable: true, description: 'Market of the shop that serves the person. Null: unknown.' })
  market!: string | null;

  @Field(() => String, { nullable: true, description: 'IANA time zone. Null: unknown.' })
  timeZone!: string | null;

  @Field(() => ChannelEnum, { nullable: true, description: 'Channel the person prefers. Null: no preference known.' })
  preferredChannel!: Channel | null;

  @Field(() => DateTime, { description: 'When the person first arrived, by our clock.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When the profile last changed, by our clock.' })
  updatedAt!: Date;
}

export const CustomerConnection = connectionOf(Customer, 'Customer', 'customers:read');

@ObjectType({ description: 'One identifier of a person.' })
@Right('customers:read')
export class Identity {
  @Field(() => ID, { description: 'Id of the identity, `idn_…`.' })
  id!: string;

  @Field(() => IdentityKindEnum, { description: 'What it is an identifier of.' })
  kind!: IdentityKind;

  @Field(() => String, { description: 'As it first came.' })
  value!: string;

  @Field(() => String, {
    description:
      'In one writing: emails in lower case, phone numbers in E.164, others trimmed. `variants` are compared as the same.',
  })
  normalized!: string;

  @Field(() => Boolean, { description: 'True when the source vouches that it is this person’s.' })
  verified!: boolean;

  @Field(() => Float, {
    description:
      'How sure it is that it is this person’s, 0 to 1: 1 vouched for, 0.9 carried by the channel it is an address on, 0.8 stated by a source.',
  })
  confidence!: number;

  @Field(() => String, { description: 'Where it was first seen: a channel, a connector or an import.' })
  source!: string;

  @Field(() => DateTime, { description: 'When it was first seen, by the source’s clock.' })
  firstSeenAt!: Date;

  @Field(() => DateTime, {
    description: 'When it was last seen, by the source’s clock, to the day: the moment may lie up to 24 hours back.',
  })
  lastSeenAt!: Date;
}

@InputType({
  description: 'Which persons a list is about: those that meet everything that is given.',
})
export class CustomerFilter {
  @Field(() => DateTime, {
    nullable: true,
    description: 'Who arrived at this moment or later. Null or absent: whenever.',
  })
  createdAfter?: Date | null;

  @Field(() => String, { nullable: true, description: 'Of this language, as it is stored. Null or absent: any.' })
  language?: string | null;

  @Field(() => String, { nullable: true, description: 'Of this market, as it is stored. Null or absent: any.' })
  market?: string | null;

  @Field(() => ChannelEnum, { nullable: true, description: 'Who prefer this channel. Null or absent: any or none.' })
  preferredChannel?: Channel | null;
}
