import { Field, ID, ObjectType } from 'type-graphql';

import type { ContextTraitState, MomentText } from '../../values/context-packet.ts';
import type { Channel } from '../../values/vocabulary.ts';
import { QuietHours } from '../customers/preferences.ts';
import { Trait } from '../customers/trait.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ChannelEnum } from '../vocabulary.ts';

@ObjectType({ description: 'A segment that the person belongs to, as the packet saw it.', simpleResolvers: true })
@Right('segments:read')
export class ContextSegment {
  @Field(() => ID, { description: 'Its id, `seg_…`.' })
  id!: string;

  @Field(() => String, { description: 'What it is called.' })
  name!: string;

  @Field(() => DateTime, { description: 'When the person entered, by our clock.' })
  enteredAt!: MomentText;
}

@ObjectType({ description: 'Who the person is, as the packet saw it.', simpleResolvers: true })
@Right('customers:read')
export class ContextProfile {
  @Field(() => String, { nullable: true, description: 'Name to greet with. Null: nobody told us.' })
  displayName!: string | null;

  @Field(() => String, { nullable: true, description: 'Given name. Null: unknown.' })
  givenName!: string | null;

  @Field(() => String, { nullable: true, description: 'Family name. Null: unknown.' })
  familyName!: string | null;

  @Field(() => String, { nullable: true, description: 'BCP 47 language, stated or detected. Null: unknown.' })
  language!: string | null;

  @Field(() => String, { nullable: true, description: 'Market of the shop that serves the person. Null: unknown.' })
  market!: string | null;

  @Field(() => String, { nullable: true, description: 'IANA time zone. Null: unknown.' })
  timeZone!: string | null;

  @Field(() => ChannelEnum, {
    nullable: true,
    description: 'Channel that the person prefers. Null: no preference known.',
  })
  preferredChannel!: Channel | null;

  @Field(() => DateTime, { description: 'When the person first arrived.' })
  customerSince!: MomentText;

  @Field(() => Boolean, { description: 'True: write to the person only to answer. False where nothing was said.' })
  doNotContact!: boolean;

  @Field(() => QuietHours, { nullable: true, description: 'When not to disturb. Null: nothing was said.' })
  quietHours!: QuietHours | null;

  @Field(() => [Trait], {
    description:
      'What sources say of the person beside the profile, by key: `financing_status` and `financing_terms` among them.',
  })
  traits!: ContextTraitState[];

  @Field(() => [ContextSegment], { description: 'Segments that the person belongs to, by name.' })
  @Right('segments:read')
  segments!: ContextSegment[];
}
