import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql';

import { AFTER } from '../../schema/live/delivered-event.ts';
import { Right } from '../../schema/right.ts';
import { RoutingDecision } from '../../schema/routing/routing-decision.ts';
import { RoutingEvent, RoutingEventPayload } from '../../schema/routing/routing-event.ts';
import type { RoutingDecision as RoutingDecisionRow } from '../../services/routing/read-decisions.ts';
import type { Context } from '../context.ts';
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

  @FieldResolver(() => RoutingDecision, {
    nullable: true,
    description: 'The decision with candidates and reasons. Null: it is not visible to you any more.',
  })
  decision(@Root() event: RoutingEvent, @Ctx() { loaders }: Context): Promise<RoutingDecisionRow | null> {
    return loaders.routingDecision.load(String(event.details['decisionId']));
  }
}
