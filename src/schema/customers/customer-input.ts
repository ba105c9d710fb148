import { Field, Float, InputType } from 'type-graphql';

import type { Channel, IdentityKind } from '../../values/vocabulary.ts';
import { PostalAddressInput } from '../postal-address.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, IdentityKindEnum } from '../vocabulary.ts';

const SOURCE = 'Name of the system that says so. 1 to 100 characters.';

@InputType({ description: 'An identifier of a person.' })
export class IdentityInput {
  @Field(() => IdentityKindEnum, { description: 'What `value` is.' })
  kind!: IdentityKind;

  @Field(() => String, {
    description: 'The identifier in any writing; a phone number with + and the country, or in the person’s market.',
  })
  value!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: you vouch that it is this person’s. Null or absent: false.',
  })
  verified?: boolean | null;
}

@InputType({ description: 'An identity to add.' })
export class IdentityAddInput extends IdentityInput {
  @Field(() => String, { description: SOURCE })
  source!: string;
}

const KEPT = 'Null: empties it. Absent: as before.';

@InputType({ description: 'What is known of a person. Only what is given changes.' })
export class CustomerProfileInput {
  @Field(() => String, { nullable: true, description: `Name to greet with, 300 characters at most. ${KEPT}` })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: `Given name, 200 characters at most. ${KEPT}` })
  givenName?: string | null;

  @Field(() => String, { nullable: true, description: `Family name, 200 characters at most. ${KEPT}` })
  familyName?: string | null;

  @Field(() => String, { nullable: true, description: `BCP 47 language. ${KEPT}` })
  language?: string | null;

  @Field(() => String, { nullable: true, description: `Market of the shop, 50 characters at most. ${KEPT}` })
  market?: string | null;

  @Field(() => String, { nullable: true, description: `IANA time zone. ${KEPT}` })
  timeZone?: string | null;

  @Field(() => ChannelEnum, { nullable: true, description: `Channel the person prefers. ${KEPT}` })
  preferredChannel?: Channel | null;

  @Field(() => PostalAddressInput, { nullable: true, description: `Home address. ${KEPT}` })
  address?: PostalAddressInput | null;

  @Field(() => Float, { nullable: true, description: `Degrees north, -90 to 90; with longitude. ${KEPT}` })
  latitude?: number | null;

  @Field(() => Float, { nullable: true, description: `Degrees east, -180 to 180; with latitude. ${KEPT}` })
  longitude?: number | null;
}

@InputType({ description: 'What a source knows of one of its customers.' })
export class CustomerUpsertInput {
  @Field(() => [IdentityInput], {
    description:
      '1 to 20. All of them together decide who it is, the stronger before the weaker; none known: a new customer. What cannot be used is dropped, see `identityConflicts`.',
  })
  identities!: IdentityInput[];

  @Field(() => CustomerProfileInput, { nullable: true, description: 'The profile. Null or absent: as before.' })
  profile?: CustomerProfileInput | null;

  @Field(() => String, { description: SOURCE })
  source!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was so, by the source’s clock. Null or absent: now.' })
  occurredAt?: Date | null;
}
