import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql';

import { ConversationEvent } from '../../schema/conversations/conversation-event.ts';
import { AFTER } from '../../schema/live/delivered-event.ts';
import { Right } from '../../schema/right.ts';
import { RoutingDecision } from '../../schema/routing/routing-decision.ts';
import { RoutingEvent, RoutingEventPayload } from '../../schema/routing/routing-event.ts';
import { RoutingReservation } from '../../schema/routing/routing-reservation.ts';
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

/** Of the event types of routing alone: others may have an agent of another meaning. */
const OF_OFFERS = new Set(['routing.offered', 'routing.timed_out', 'routing.returned']);

@Resolver(() => ConversationEvent)
export class ConversationRoutingEventFields {
  @FieldResolver(() => ID, {
    nullable: true,
    description:
      'ROUTING_DECIDED: who was chosen; ROUTING_OFFERED: who is asked; ROUTING_TIMED_OUT, ROUTING_RETURNED: who did not take it or is gone, `agt_…`. Null: nobody was found; or an event of another type.',
  })
  @Right('conversations:route')
  routedToId(@Root() { type, details }: ConversationEvent) {
    if (type === 'routing.decided') return details['chosenAgentId'] ?? null;
    return OF_OFFERS.has(type) ? (details['agentId'] ?? null) : null;
  }

  @FieldResolver(() => RoutingReservation, {
    nullable: true,
    description:
      'ROUTING_OFFERED: what is to be accepted or rejected, and until when; ROUTING_TIMED_OUT, ROUTING_RETURNED: what became of it. Null: the agent had it without being asked; or an event of another type.',
  })
  @Right('routing:read')
  reservation(@Root() { type, details }: ConversationEvent, @Ctx() { loaders }: Context) {
    const id = OF_OFFERS.has(type) ? details['reservationId'] : null;
    return typeof id === 'string' ? loaders.routingReservation.load(id) : null;
  }
}
