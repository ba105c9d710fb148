import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { DropReason } from '../../values/identity-rules.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { OfCustomer } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { DropReasonEnum, IdentityKindEnum } from '../vocabulary.ts';

@ObjectType({
  description:
    'Evidence of an identifier that came with a person and was not taken as theirs. One for each identifier, however often it came. Whose it is stays untold.',
})
@Right('identity:read')
@OfCustomer('customerId')
export class DroppedIdentity {
  @Field(() => ID, { description: 'Id of the evidence, `did_…`.' })
  id!: string;

  @Field(() => ID, { description: 'The customer id under which the event arrived, `cus_…`.' })
  customerId!: string;

  @Field(() => IdentityKindEnum, { description: 'What it was told to be.' })
  kind!: IdentityKind;

  @Field(() => String, { description: 'As it came, 320 characters at most; may be empty.' })
  value!: string;

  @Field(() => Boolean, { description: 'True when the source vouched that it is this person’s.' })
  verified!: boolean;

  @Field(() => DropReasonEnum, { description: 'Why it was dropped when it came last.' })
  reason!: DropReason;

  @Field(() => String, { description: 'Where it came from first: a channel, a connector or an import.' })
  source!: string;

  @Field(() => Int, { description: 'Version of the rules by which it was dropped last.' })
  rulesVersion!: number;

  @Field(() => DateTime, { description: 'When it came first, by the source’s clock.' })
  firstSeenAt!: Date;

  @Field(() => DateTime, { description: 'When it came last, by the source’s clock.' })
  lastSeenAt!: Date;
}
