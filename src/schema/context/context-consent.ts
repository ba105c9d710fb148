import { Field, ObjectType } from 'type-graphql';

import type { ConsentState, OptInLevel, Purpose } from '../../values/consents.ts';
import type { MomentText } from '../../values/context-packet.ts';
import type { Channel } from '../../values/vocabulary.ts';
import { CONSENT_CHANNEL, CONSENT_JURISDICTION } from '../privacy/consent.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, ConsentStateEnum, OptInLevelEnum, PurposeEnum } from '../vocabulary.ts';

@ObjectType({ description: 'What the person agreed to, denied or took back.', simpleResolvers: true })
@Right('customers:read')
export class ContextConsent {
  @Field(() => PurposeEnum, { description: 'To what.' })
  purpose!: Purpose;

  @Field(() => ChannelEnum, { nullable: true, description: CONSENT_CHANNEL })
  channel!: Channel | null;

  @Field(() => String, { nullable: true, description: CONSENT_JURISDICTION })
  jurisdiction!: string | null;

  @Field(() => ConsentStateEnum, { description: 'How it stands: GRANTED alone is agreement.' })
  state!: ConsentState;

  @Field(() => OptInLevelEnum, { description: 'How sure it is that the person said so.' })
  optInLevel!: OptInLevel;

  @Field(() => String, { description: 'Where the person said so: a form, a till, a channel.' })
  source!: string;

  @Field(() => DateTime, { description: 'Since when, by the source’s clock.' })
  validFrom!: MomentText;
}
