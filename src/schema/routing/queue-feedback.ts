import { Field, Int, ObjectType } from 'type-graphql';

import { OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

@ObjectType({ description: 'Where a conversation stands that waits for an agent, as it was estimated last.' })
@Right('conversations:read')
@OfNobody()
export class QueueFeedback {
  @Field(() => Int, {
    description: 'From 1: those before it whom the same agents will serve, each counted by how likely that is.',
  })
  position!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'Seconds that it will presumably go on waiting, counted from `asOf`; by how fast agents who are fit finish work. Null: none of them is working, so nobody can say.',
  })
  estimatedWaitSeconds!: number | null;

  @Field(() => DateTime, { description: 'When it was estimated.' })
  asOf!: Date;
}
