import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';

import { toConnection, type Connection } from '../../schema/connection.ts';
import { Right } from '../../schema/right.ts';
import { RoutingDecisionConnection } from '../../schema/routing/routing-decision.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { listRoutingDecisions, type RoutingDecision } from '../../services/routing/read-decisions.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

registerNode({
  kind: 'routingDecision',
  type: 'RoutingDecision',
  load: async ({ scope, loaders }, id) =>
    reachOf(scope.viewer, 'routing:read') === null ? null : loaders.routingDecision.load(id),
});

@Resolver()
export class RoutingQueries {
  @Query(() => RoutingDecisionConnection, { description: 'Routing decisions, newest first.' })
  @Right('routing:read')
  async routingDecisions(
    @Ctx() { scope }: Context,
    @Arg('conversationId', () => ID, {
      nullable: true,
      description: 'Only those about this conversation. Null or absent: all.',
    })
    conversationId: string | null,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<RoutingDecision>> {
    return toConnection(await listRoutingDecisions(scope, { conversationId }, readPageRequest(first, after)));
  }
}
