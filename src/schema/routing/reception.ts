import { Field, Int, ObjectType } from 'type-graphql';

import type { Receiver } from '../../values/vocabulary.ts';
import { OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { ReceiverEnum } from '../vocabulary.ts';

@ObjectType({ description: 'The stored record of who came first to a customer whom nobody served, and why.' })
@Right('routing:read')
@OfNobody()
export class Reception {
  @Field(() => ReceiverEnum, { description: 'Who comes first.' })
  by!: Receiver;

  @Field(() => String, { description: 'Name of the rule of the policy that held: the reason.' })
  rule!: string;

  @Field(() => Int, { description: 'Version of the routing policy; 1 is the default policy.' })
  policyVersion!: number;

  @Field(() => DateTime, { description: 'When it was decided.' })
  decidedAt!: Date;
}
