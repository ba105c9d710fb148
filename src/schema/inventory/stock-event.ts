import { Field, ObjectType } from 'type-graphql';

import { CURSOR, DeliveredEvent } from '../live/delivered-event.ts';
import { Right } from '../right.ts';

@ObjectType({ implements: DeliveredEvent, description: 'A stock level became another one.' })
@Right('stock:read')
export class StockEvent extends DeliveredEvent {}

@ObjectType({ description: 'One delivery of `stockEvents`: an event, or a checkpoint.' })
@Right('stock:read')
export class StockEventPayload {
  @Field(() => String, { description: CURSOR })
  cursor!: string;

  @Field(() => StockEvent, {
    nullable: true,
    description: 'The event. Null: a checkpoint; nothing happened, only the cursor moved on.',
  })
  event!: StockEvent | null;
}
