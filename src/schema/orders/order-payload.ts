import { Field, Int, ObjectType } from 'type-graphql';

import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { Order, TrackingEvent } from './order.ts';

@ObjectType({ description: 'Answer of `orderFactsRecord`.' })
@Right('orders:write')
export class OrderFactsRecordPayload {
  @Field(() => [Order], {
    nullable: true,
    description:
      'The orders as they are now, in the order of their first fact, without those that nobody has placed yet. Null: refused.',
  })
  orders!: Order[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Facts that were new; the rest had been told before. Null: refused.',
  })
  recorded!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Facts that wait for their order to be placed; they are kept. Null: refused.',
  })
  waiting!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Facts that are kept apart because they cannot be true; see `quarantinedFacts`. They have no effect. Null: refused.',
  })
  quarantined!: number | null;

  @Field(() => [UserError], { description: 'Why it was refused: then no fact was recorded. Empty: it was done.' })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `trackingEventRecord`.' })
@Right('tracking:write')
export class TrackingEventRecordPayload {
  @Field(() => TrackingEvent, {
    nullable: true,
    description: 'The event; for a repeat the one of then. Null: refused, see `userErrors`.',
  })
  trackingEvent!: TrackingEvent | null;

  @Field(() => Order, {
    nullable: true,
    description:
      'The order of the parcel as it is now. Null: refused, or no parcel has this tracking number yet; the event waits for it.',
  })
  order!: Order | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
