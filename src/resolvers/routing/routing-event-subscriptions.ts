import { Arg, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql';

import { AFTER } from '../../schema/live/delivered-event.ts';
import { Right } from '../../schema/right.ts';
import { RoutingEvent, RoutingEventPayload } from '../../schema/routing/routing-event.ts';
import { subscribeByLiveEdge } from '../subscribe-by-live-edge.ts';

@Resolver()
export class RoutingEventSubscriptions {
  @Subscription(() => RoutingEventPayload, {
    subscribe: subscribeByLiveEdge,
    description:
      'Routing decisions as they are made, each once and in order: of one conversation, or all. ' +
      'Begins with a checkpoint (a cursor without an event); another one follows 15 s of silence.',
  })
  @Right('routing:read')
  routingDecisions(
    @Root() payload: RoutingEventPayload,
    @Arg('conversationId', () => ID, { nullable: true, description: 'Only this conversation, `cnv_…`.' })
    _conversationId?: string,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string,
  ): RoutingEventPayload {
    return payload;
  }
}

@Resolver(() => RoutingEvent)
export class RoutingEventFields {
  @FieldResolver(() => ID, { description: 'Id of the conversation, `cnv_…`.' })
  conversationId(@Root() event: RoutingEvent) {
    return event.details['conversationId'];
  }
}
