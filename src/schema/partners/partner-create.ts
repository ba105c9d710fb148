import { Field, InputType, ObjectType } from 'type-graphql';

import type { PartnerKind } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { PartnerKindEnum } from '../vocabulary.ts';
import { Partner } from './partner.ts';

@InputType({ description: 'Who is to see some orders.' })
export class PartnerCreateInput {
  @Field(() => String, {
    description: 'Name by which systems know the partner: what a repeat is known by. 1 to 200 characters.',
  })
  externalId!: string;

  @Field(() => String, { description: 'Name for people. 1 to 200 characters.' })
  name!: string;

  @Field(() => PartnerKindEnum, { description: 'What the partner does.' })
  kind!: PartnerKind;
}

const REFUSED = 'Why it was refused. Empty: it was done.';

@ObjectType({ description: 'Answer of `partnerCreate` and `partnerLocationsSet`.' })
@Right('partners:write')
export class PartnerCreatePayload {
  @Field(() => Partner, {
    nullable: true,
    description: 'The partner as it is now. Null: refused, or you may not read partners.',
  })
  partner!: Partner | null;

  @Field(() => [UserError], { description: REFUSED })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `partnersCreate`.' })
@Right('partners:write')
export class PartnersCreatePayload {
  @Field(() => [Partner], {
    nullable: true,
    description:
      'The partners as they are now, in the order of the input. Null: refused, or you may not read partners.',
  })
  partners!: Partner[] | null;

  @Field(() => [UserError], { description: `${REFUSED} When one is refused none is stored.` })
  userErrors!: UserError[];
}
