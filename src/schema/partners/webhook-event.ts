import { Field, ObjectType } from 'type-graphql';

import { CURSOR, DeliveredEvent } from '../live/delivered-event.ts';
import { Right } from '../right.ts';

@ObjectType({
  implements: DeliveredEvent,
  description:
    'Something happened to a webhook endpoint: it was registered or changed, disabled, asked to send again; or its key lost what its document asks for, or got it back.',
})
@Right('webhooks:write')
export class WebhookEvent extends DeliveredEvent {}

@ObjectType({ description: 'One delivery of `webhookEvents`: an event, or a checkpoint.' })
@Right('webhooks:write')
export class WebhookEventPayload {
  @Field(() => String, { description: CURSOR })
  cursor!: string;

  @Field(() => WebhookEvent, {
    nullable: true,
    description: 'The event. Null: a checkpoint; nothing happened, only the cursor moved on.',
  })
  event!: WebhookEvent | null;
}
