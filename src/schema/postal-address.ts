import { Field, InputType, ObjectType } from 'type-graphql';

import { Right } from './right.ts';

const AS_GIVEN = 'as its source wrote it. Null: not told.';

@ObjectType({ description: 'An address as its source wrote it; nothing is corrected.', simpleResolvers: true })
@Right('graph:read')
export class PostalAddress {
  @Field(() => String, { nullable: true, description: `Street and number, ${AS_GIVEN}` })
  line1!: string | null;

  @Field(() => String, { nullable: true, description: `Second line, ${AS_GIVEN}` })
  line2!: string | null;

  @Field(() => String, { nullable: true, description: `Postal code, ${AS_GIVEN}` })
  postalCode!: string | null;

  @Field(() => String, { nullable: true, description: `City, ${AS_GIVEN}` })
  city!: string | null;

  @Field(() => String, { nullable: true, description: `State, province or region, ${AS_GIVEN}` })
  region!: string | null;

  @Field(() => String, { nullable: true, description: `Country, ${AS_GIVEN}` })
  country!: string | null;
}

const PART = '1 to 300 characters; null or absent: not known.';

@InputType({ description: 'An address as its source writes it.' })
export class PostalAddressInput {
  @Field(() => String, { nullable: true, description: `Street and number. ${PART}` })
  line1?: string | null;

  @Field(() => String, { nullable: true, description: `Second line. ${PART}` })
  line2?: string | null;

  @Field(() => String, { nullable: true, description: `Postal code. ${PART}` })
  postalCode?: string | null;

  @Field(() => String, { nullable: true, description: `City. ${PART}` })
  city?: string | null;

  @Field(() => String, { nullable: true, description: `State, province or region. ${PART}` })
  region?: string | null;

  @Field(() => String, { nullable: true, description: `Country. ${PART}` })
  country?: string | null;
}
