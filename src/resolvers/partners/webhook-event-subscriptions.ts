import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql';

import { AFTER } from '../../schema/live/delivered-event.ts';
import { WebhookEndpoint } from '../../schema/partners/webhook-endpoint.ts';
import { WebhookEvent, WebhookEventPayload } from '../../schema/partners/webhook-event.ts';
import { Right } from '../../schema/right.ts';
import { WebhookDisabledReasonEnum } from '../../schema/vocabulary.ts';
import { webhookEndpointById } from '../../services/partners/read-webhook-endpoints.ts';
import type { Context } from '../context.ts';
import { subscribeByLiveEdge } from '../subscribe-by-live-edge.ts';

@Resolver()
export class WebhookEventSubscriptions {
  @Subscription(() => WebhookEventPayload, {
    subscribe: subscribeByLiveEdge,
    description:
      'What happens to webhook endpoints, each event once and in order: to all, or to those that have the rights of your key or of a key of your partner. ' +
      'Who watches hears at once that one was disabled, and why. Begins with a checkpoint (a cursor without an event); another one follows 15 s of silence.',
  })
  @Right('webhooks:write')
  webhookEvents(
    @Root() payload: WebhookEventPayload,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string,
  ): WebhookEventPayload {
    return payload;
  }
}

@Resolver(() => WebhookEvent)
export class WebhookEventFields {
  @FieldResolver(() => ID, { description: 'Id of the endpoint, `whe_…`.' })
  webhookEndpointId(@Root() { details }: WebhookEvent) {
    return details['webhookEndpointId'];
  }

  @FieldResolver(() => WebhookDisabledReasonEnum, {
    nullable: true,
    description: 'Why it was disabled. Null: it was not by this event.',
  })
  disabledReason(@Root() { details }: WebhookEvent) {
    return details['reason'] ?? null;
  }

  @FieldResolver(() => WebhookEndpoint, {
    nullable: true,
    description: 'The endpoint as it is at delivery. Null: it is not visible to you any more.',
  })
  webhookEndpoint(@Root() { details }: WebhookEvent, @Ctx() { scope }: Context) {
    return webhookEndpointById(scope, String(details['webhookEndpointId']));
  }
}
