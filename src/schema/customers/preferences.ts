import { Field, InputType, ObjectType } from 'type-graphql';

import type { Channel, Role } from '../../values/vocabulary.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum, RoleEnum } from '../vocabulary.ts';

@ObjectType({
  description: 'Hours of each day in which the person should not be disturbed, in the clock of a time zone.',
  simpleResolvers: true,
})
@Right('customers:read')
export class QuietHours {
  @Field(() => String, { description: 'IANA time zone in which the two times are read.' })
  timeZone!: string;

  @Field(() => String, { description: 'First quiet minute, `HH:MM`. Later than `to`: over midnight.' })
  from!: string;

  @Field(() => String, { description: 'First minute that is quiet no more, `HH:MM`.' })
  to!: string;
}

@ObjectType({ description: 'What a person prefers, and who last said so.', simpleResolvers: true })
@Right('customers:read')
export class CustomerPreferences {
  @Field(() => ChannelEnum, { nullable: true, description: 'Channel the person prefers. Null: no preference known.' })
  preferredChannel!: Channel | null;

  @Field(() => String, { nullable: true, description: 'BCP 47 language to be served in. Null: unknown.' })
  language!: string | null;

  @Field(() => QuietHours, { nullable: true, description: 'When not to disturb. Null: nothing was said.' })
  quietHours!: QuietHours | null;

  @Field(() => Boolean, { description: 'True: write to the person only to answer. False where nothing was said.' })
  doNotContact!: boolean;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When preferences were last stated, by our clock. Null: never; what is known comes from profiles.',
  })
  statedAt!: string | null;

  @Field(() => RoleEnum, {
    nullable: true,
    description: 'What stated them last: CUSTOMER where the person did. Null: nobody did.',
  })
  statedByRole!: Role | null;
}

@InputType({ description: 'Hours of each day in which the person should not be disturbed.' })
export class QuietHoursInput {
  @Field(() => String, { description: 'IANA time zone, for example `Europe/Helsinki`.' })
  timeZone!: string;

  @Field(() => String, { description: 'First quiet minute, `HH:MM`, 00:00 to 23:59. Later than `to`: over midnight.' })
  from!: string;

  @Field(() => String, { description: 'First minute that is quiet no more, `HH:MM`. Differs from `from`.' })
  to!: string;
}

const KEPT = 'Absent: as before.';

@InputType({ description: 'What a person prefers. Only what is given changes.' })
export class CustomerPreferencesInput {
  @Field(() => ChannelEnum, { nullable: true, description: `Channel. Null: no preference any more. ${KEPT}` })
  preferredChannel?: Channel | null;

  @Field(() => String, { nullable: true, description: `BCP 47 language. Null: unknown. ${KEPT}` })
  language?: string | null;

  @Field(() => QuietHoursInput, { nullable: true, description: `When not to disturb. Null: never. ${KEPT}` })
  quietHours?: QuietHoursInput | null;

  @Field(() => Boolean, { nullable: true, description: `True: write only to answer. Null: false. ${KEPT}` })
  doNotContact?: boolean | null;
}
