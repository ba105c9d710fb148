import { Field, ObjectType } from 'type-graphql';

import { CURSOR, DeliveredEvent } from '../live/delivered-event.ts';
import { Right } from '../right.ts';

@ObjectType({ implements: DeliveredEvent, description: 'A conversation was routed.' })
@Right('routing:read')
export class RoutingEvent extends DeliveredEvent {}

@ObjectType({ description: 'One delivery of `routingDecisions`: an event, or a checkpoint.' })
@Right('routing:read')
export class RoutingEventPayload {
  @Field(() => String, { description: CURSOR })
  cursor!: string;

  @Field(() => RoutingEvent, {
    nullable: true,
    description: 'The event. Null: a checkpoint; nothing happened, only the cursor moved on.',
  })
  event!: RoutingEvent | null;
}
