import { Field, ObjectType } from 'type-graphql';

import { CURSOR, DeliveredEvent } from '../live/delivered-event.ts';
import { OfCustomer, OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';

@ObjectType({ implements: DeliveredEvent, description: 'Something happened to an order, its parcels or its returns.' })
@Right('orders:read')
@OfCustomer('customerId')
export class OrderEvent extends DeliveredEvent {}

@ObjectType({ description: 'One delivery of `orderEvents`: an event, or a checkpoint.' })
@Right('orders:read')
@OfNobody()
export class OrderEventPayload {
  @Field(() => String, { description: CURSOR })
  cursor!: string;

  @Field(() => OrderEvent, {
    nullable: true,
    description: 'The event. Null: a checkpoint; nothing happened, only the cursor moved on.',
  })
  event!: OrderEvent | null;
}
