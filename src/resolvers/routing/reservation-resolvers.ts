import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';

import { toConnection, type Connection } from '../../schema/connection.ts';
import { Agent } from '../../schema/conversations/agent.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import { Right } from '../../schema/right.ts';
import { RoutingDecision } from '../../schema/routing/routing-decision.ts';
import {
  RoutingReservation,
  RoutingReservationAcceptPayload,
  RoutingReservationConnection,
  RoutingReservationRejectPayload,
} from '../../schema/routing/routing-reservation.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import {
  listReservations,
  reservationsByIds,
  type RoutingReservation as ReservationRow,
} from '../../services/routing/read-reservations.ts';
import { acceptOffer, rejectOffer } from '../../services/routing/tasks/answer-offer.ts';
import { readPageRequest } from '../../values/page.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { visible } from '../conversations/visible.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

registerNode({
  kind: 'routingReservation',
  type: 'RoutingReservation',
  load: async ({ scope }, id) =>
    reachOf(scope.viewer, 'routing:read') === null ? null : ((await reservationsByIds(scope, [id]))[0] ?? null),
});

const ID_OF_OFFER = { description: 'What was offered to you, `rtv_…`.' };
const REFUSED =
  'A repeat is answered as done. Refused: NOT_FOUND (nothing that was offered to you), CONFLICT (taken back, expired, or answered otherwise), CONVERSATION_RESOLVED.';

@Resolver()
export class ReservationResolvers {
  @Query(() => RoutingReservationConnection, {
    description:
      'What routing gave to agents, or asks them to take, newest first. What waits for your answer: your `agentId` with `isOpen: true`.',
  })
  @Right('routing:read')
  async routingReservations(
    @Ctx() { scope }: Context,
    @Arg('agentId', () => ID, {
      nullable: true,
      description: 'Only this agent’s, `agt_…` (needs `agents:read`). Null or absent: all.',
    })
    agentId: string | null,
    @Arg('isOpen', () => Boolean, { defaultValue: false, description: 'True: only what waits for an answer.' })
    isOpen: boolean,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<ReservationRow>> {
    return toConnection(await listReservations(scope, { agentId, isOpen }, readPageRequest(first, after)));
  }

  @Mutation(() => RoutingReservationAcceptPayload, {
    description: `Takes what was offered to you: you are assigned and have control. ${REFUSED}`,
  })
  @Right('conversations:write')
  routingReservationAccept(@Ctx() { scope }: Context, @Arg('id', () => ID, ID_OF_OFFER) id: string) {
    return answer(async () => {
      const done = await acceptOffer(scope, id);
      return { routingReservation: await visible(scope, 'routing:read', done, reservationsByIds) };
    });
  }

  @Mutation(() => RoutingReservationRejectPayload, {
    description: `Does not take what was offered to you: it goes to the next agent, and not to you for as long as the policy says. ${REFUSED}`,
  })
  @Right('conversations:write')
  routingReservationReject(@Ctx() { scope }: Context, @Arg('id', () => ID, ID_OF_OFFER) id: string) {
    return answer(async () => {
      const done = await rejectOffer(scope, id);
      return { routingReservation: await visible(scope, 'routing:read', done, reservationsByIds) };
    });
  }
}

@Resolver(() => RoutingReservation)
export class ReservationFields {
  @FieldResolver(() => Agent, { nullable: true, description: 'Whom it was given to. Null: not visible to you.' })
  @Right('agents:read')
  agent(@Root() { agentId }: ReservationRow, @Ctx() { loaders }: Context) {
    return loaders.agent.load(agentId);
  }

  @FieldResolver(() => Conversation, { nullable: true, description: 'What it is about. Null: its person was erased.' })
  @Right('conversations:read')
  async conversation(@Root() { conversationId }: ReservationRow, @Ctx() { loaders }: Context) {
    return conversationId && loaders.conversation.load(conversationId);
  }

  @FieldResolver(() => RoutingDecision, { nullable: true, description: 'Why this agent. Null: it is gone.' })
  @Right('routing:read')
  async decision(@Root() { decisionId }: ReservationRow, @Ctx() { loaders }: Context) {
    return decisionId && loaders.routingDecision.load(decisionId);
  }
}
