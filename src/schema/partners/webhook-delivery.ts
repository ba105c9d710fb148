import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { EventType } from '../../values/event-types.ts';
import type { WebhookDeliveryState, WebhookOutcome } from '../../values/webhooks.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { EventTypeEnum, WebhookDeliveryStateEnum, WebhookOutcomeEnum } from '../vocabulary.ts';

@ObjectType({
  implements: Node,
  description:
    'One event for one webhook endpoint, and what became of it. Its id is the `webhook-id` of every attempt.',
})
@Right('webhooks:write')
export class WebhookDelivery extends Node {
  @Field(() => ID, { description: 'The endpoint, `whe_…`.' })
  endpointId!: string;

  @Field(() => EventTypeEnum, {
    nullable: true,
    description: 'What happened. Null: nothing did, it is a test of the endpoint.',
  })
  eventType!: EventType | null;

  @Field(() => String, {
    description:
      'Place behind the event, as its payload has it: `webhookEndpointReplay` and `after` of subscriptions go on from it.',
  })
  cursor!: string;

  @Field(() => String, {
    description:
      'What the event happened to. Deliveries with one key are sent one at a time, in the order of their events.',
  })
  orderingKey!: string;

  @Field(() => WebhookDeliveryStateEnum, { description: 'Where it stands.' })
  state!: WebhookDeliveryState;

  @Field(() => Int, { description: 'Attempts so far, those of replays too.' })
  attemptCount!: number;

  @Field(() => WebhookOutcomeEnum, {
    nullable: true,
    description: 'What came of the newest attempt, or why there was none. Null: there was none yet.',
  })
  outcome!: WebhookOutcome | null;

  @Field(() => DateTime, { description: 'When it was queued first, by our clock.' })
  createdAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was delivered, given up or withheld. Null: it is pending.',
  })
  settledAt!: Date | null;
}
export const WebhookDeliveryConnection = connectionOf(WebhookDelivery, 'WebhookDelivery', 'webhooks:write');

@ObjectType({
  description: 'One request to a webhook endpoint: sizes and times. What was sent and answered is kept nowhere.',
})
@Right('webhooks:write')
export class WebhookAttempt {
  @Field(() => ID, { description: 'Id of the attempt, `wha_…`.' })
  id!: string;

  @Field(() => ID, { description: 'The delivery, `whd_…`.' })
  deliveryId!: string;

  @Field(() => DateTime, { description: 'When the request was begun, by our clock.' })
  startedAt!: Date;

  @Field(() => Int, {
    description: 'How long it took from the look-up to the last byte that was read, in milliseconds.',
  })
  durationMs!: number;

  @Field(() => WebhookOutcomeEnum, { description: 'What came of it.' })
  outcome!: WebhookOutcome;

  @Field(() => Int, { nullable: true, description: 'Status of HTTP. Null: there was no answer.' })
  status!: number | null;

  @Field(() => Int, { description: 'Length of the body that was sent, in bytes.' })
  requestBytes!: number;

  @Field(() => Int, { description: 'Length of the answer’s body as far as it was read, in bytes, 16,384 at most.' })
  responseBytes!: number;
}
export const WebhookAttemptConnection = connectionOf(WebhookAttempt, 'WebhookAttempt', 'webhooks:write');

@ObjectType({ description: 'Answer of `webhookEndpointTest` and `webhookDeliveryReplay`.' })
@Right('webhooks:write')
export class WebhookDeliveryPayload {
  @Field(() => WebhookDelivery, {
    nullable: true,
    description:
      'The delivery as it is now: it is sent at once, and what came of it is read again a moment later. Null: refused.',
  })
  webhookDelivery!: WebhookDelivery | null;

  @Field(() => [UserError], { description: 'Why it was refused. Empty: it was done.' })
  userErrors!: UserError[];
}
