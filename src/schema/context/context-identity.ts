import { Field, ObjectType } from 'type-graphql';

import type { MomentText } from '../../values/context-packet.ts';
import type { IdentityKind } from '../../values/vocabulary.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { IdentityKindEnum } from '../vocabulary.ts';

@ObjectType({ description: 'One identifier of the person, over all members.', simpleResolvers: true })
@Right('customers:read')
export class ContextIdentity {
  @Field(() => IdentityKindEnum, { description: 'What it is an identifier of.' })
  kind!: IdentityKind;

  @Field(() => String, { description: 'The identifier as it came.' })
  value!: string;

  @Field(() => Boolean, { description: 'True when the person proved that it is theirs.' })
  verified!: boolean;

  @Field(() => DateTime, { description: 'When it was last seen.' })
  lastSeenAt!: MomentText;
}
