import { Field, ID, InputType, ObjectType } from 'type-graphql';

import type { ConsentState, OptInLevel, Purpose } from '../../values/consents.ts';
import type { Channel, Role } from '../../values/vocabulary.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { Customer } from '../customers/customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, ConsentStateEnum, OptInLevelEnum, PurposeEnum, RoleEnum } from '../vocabulary.ts';

export const CONSENT_CHANNEL = 'Over which channel. Null: over whichever.';
export const CONSENT_JURISDICTION =
  'Under whose law it was asked: ISO 3166-1 (`DE`), ISO 3166-2 (`US-CA`) or `EU`. Null: under any.';

@ObjectType({
  description:
    'What a person answered when asked to agree to something, or took back. Of one purpose, channel and jurisdiction the newest counts.',
  simpleResolvers: true,
})
@Right('customers:read')
export class Consent {
  @Field(() => ID, { description: 'Its id, `cns_…`.' })
  id!: string;

  @Field(() => PurposeEnum, { description: 'To what.' })
  purpose!: Purpose;

  @Field(() => ChannelEnum, { nullable: true, description: CONSENT_CHANNEL })
  channel!: Channel | null;

  @Field(() => String, { nullable: true, description: CONSENT_JURISDICTION })
  jurisdiction!: string | null;

  @Field(() => ConsentStateEnum, { description: 'How it stands, or stood.' })
  state!: ConsentState;

  @Field(() => OptInLevelEnum, { description: 'How sure it is that the person said so.' })
  optInLevel!: OptInLevel;

  @Field(() => String, {
    description: 'Where the person said so: a form, a till, a channel. In the words of who told us.',
  })
  source!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What shows that the person said so, in the words of the source. Null: nothing was told.',
  })
  proof!: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The message in which the person said so with a word such as STOP, `msg_…`. Null: they said it elsewhere.',
  })
  messageId!: string | null;

  @Field(() => RoleEnum, { description: 'What told us: CUSTOMER where the person did so themselves.' })
  statedByRole!: Role;

  @Field(() => DateTime, { description: 'Since when it counts, by the source’s clock.' })
  validFrom!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Until when it counted. Null: it counts now.' })
  validTo!: Date | null;

  @Field(() => DateTime, { description: 'When it was recorded, by our clock.' })
  recordedAt!: Date;
}

export const ConsentConnection = connectionOf(Consent, 'Consent', 'customers:read');

@InputType({ description: 'What a person answered.' })
export class ConsentInput {
  @Field(() => PurposeEnum, { description: 'To what.' })
  purpose!: Purpose;

  @Field(() => ChannelEnum, { nullable: true, description: 'Over which channel. Null or absent: over whichever.' })
  channel?: Channel | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Under whose law it was asked: ISO 3166-1 (`DE`), ISO 3166-2 (`US-CA`) or `EU`. Null or absent: under any.',
  })
  jurisdiction?: string | null;

  @Field(() => ConsentStateEnum, { description: 'What the person answered; PENDING while they have to confirm it.' })
  state!: ConsentState;

  @Field(() => OptInLevelEnum, {
    nullable: true,
    description:
      'How sure that is. CONFIRMED is refused to a customer. Null or absent: SINGLE as the customer, otherwise UNKNOWN.',
  })
  optInLevel?: OptInLevel | null;

  @Field(() => String, { description: 'Where the person said so: a form, a till. 1 to 100 characters.' })
  source!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'What shows it: version of the form, place of the recording. 2,000 characters at most. Null or absent: nothing does.',
  })
  proof?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the person said so, by the source’s clock: it takes its place among the earlier answers. Five minutes ahead of our clock at most. Null or absent: now, and it counts at once.',
  })
  occurredAt?: Date | null;
}

@ObjectType({ description: 'Answer of `consentSet`.' })
@Right('customers:write')
export class ConsentSetPayload {
  @Field(() => Customer, {
    nullable: true,
    description: 'The person as it is now. Null: refused, see `userErrors`; or not visible to you.',
  })
  customer!: Customer | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
