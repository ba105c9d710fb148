import { Field, ObjectType } from 'type-graphql';

import { CURSOR, DeliveredEvent } from '../live/delivered-event.ts';
import { OfCustomer, OfNobody } from '../of-customer.ts';
import { Right } from '../right.ts';

@ObjectType({ implements: DeliveredEvent, description: 'Something happened in a conversation.' })
@Right('conversations:read')
@OfCustomer('customerId')
export class ConversationEvent extends DeliveredEvent {
  @Field(() => Boolean, {
    description:
      'True when the conversation leaves the filter of this subscription by this event (it went to another agent, inbox or channel).',
  })
  left!: boolean;
}

@ObjectType({ description: 'One delivery of `conversationEvents`: an event, or a checkpoint.' })
@Right('conversations:read')
@OfNobody()
export class ConversationEventPayload {
  @Field(() => String, { description: CURSOR })
  cursor!: string;

  @Field(() => ConversationEvent, {
    nullable: true,
    description: 'The event. Null: a checkpoint; nothing happened, only the cursor moved on.',
  })
  event!: ConversationEvent | null;
}
