import { Field, Float, ObjectType } from 'type-graphql';

import { Right } from './right.ts';
import { DateTime } from './scalars.ts';

@ObjectType({
  description:
    'How fresh what is known is: of when, from whom, how long it took, and whether who tells of it is silent.',
  simpleResolvers: true,
})
@Right('graph:read')
export class Freshness {
  @Field(() => DateTime, { description: 'Of when it is, by the source’s clock.' })
  asOf!: Date;

  @Field(() => Float, { description: 'Milliseconds from the source’s clock until it reached us. Whole, at least 0.' })
  sourceLagMs!: number;

  @Field(() => Float, {
    description: 'Milliseconds from when it reached us until it was stored and readers could know. Whole, at least 0.',
  })
  publishLagMs!: number;
}
