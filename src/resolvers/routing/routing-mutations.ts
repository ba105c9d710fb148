import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';

import { Right } from '../../schema/right.ts';
import { ConversationRoutePayload } from '../../schema/routing/routing-decision.ts';
import { idempotentlyIn } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { routingDecisionsByIds } from '../../services/routing/read-decisions.ts';
import { routeConversation, type Routed } from '../../services/routing/route-conversation.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';

@Resolver()
export class RoutingMutations {
  @Mutation(() => ConversationRoutePayload, {
    description:
      'Chooses an agent by the policy of routing, assigns the conversation, or offers it where the policy asks agents first, and stores the decision. When nobody is fit the decision is stored and the conversation waits: it goes to the first who is fit and free. Refused: NOT_FOUND, CONVERSATION_RESOLVED, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('conversations:route')
  conversationRoute(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, { description: 'The conversation, `cnv_…`.' }) id: string,
    @Arg('idempotencyKey', () => String, {
      nullable: true,
      description:
        'Your name for this act, 1 to 200 characters: a repeat with it decides nothing anew and answers the same.',
    })
    key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'conversationRoute', key, input: { id } };
      const { ids } = await idempotentlyIn<Routed>(scope, installation, act, (keep) =>
        routeConversation(scope, id, keep),
      );
      const seesDecisions = reachOf(scope.viewer, 'routing:read') !== null;
      const [routingDecision] = seesDecisions ? await routingDecisionsByIds(scope, [ids.decisionId]) : [null];
      return { routingDecision: routingDecision ?? null, isAssigned: ids.assigneeId !== null };
    });
  }
}
