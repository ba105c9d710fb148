import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';

import { toConnection, type Connection } from '../../schema/connection.ts';
import { Right } from '../../schema/right.ts';
import {
  RehearsedContactConnection,
  RoutingPolicyRehearseInput,
  RoutingPolicyRehearsePayload,
  RoutingRehearsal,
  RoutingRehearsalConnection,
} from '../../schema/routing/routing-rehearsal.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { listRehearsals, rehearsalsByIds } from '../../services/routing/rehearsals/read-rehearsals.ts';
import type { Rehearsal, RehearsedContact } from '../../services/routing/rehearsals/rehearsal.ts';
import { rehearsePolicy } from '../../services/routing/rehearsals/rehearse-policy.ts';
import type { Scope } from '../../services/scope.ts';
import { readPageRequest } from '../../values/page.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

const ifVisible = async (scope: Scope, id: string): Promise<Rehearsal | null> =>
  reachOf(scope.viewer, 'policies:read') === null ? null : ((await rehearsalsByIds(scope, [id]))[0] ?? null);
registerNode({ kind: 'routingRehearsal', type: 'RoutingRehearsal', load: ({ scope }, id) => ifVisible(scope, id) });

@Resolver()
export class RoutingRehearsalResolvers {
  @Query(() => RoutingRehearsal, { nullable: true, description: 'A rehearsal. Null: there is none with this id.' })
  @Right('policies:read')
  async routingRehearsal(
    @Ctx() { scope }: Context,
    @Arg('id', () => ID, { description: 'The rehearsal, `rhs_…`.' }) id: string,
  ): Promise<Rehearsal | null> {
    return (await rehearsalsByIds(scope, [id]))[0] ?? null;
  }

  @Query(() => RoutingRehearsalConnection, { description: 'Rehearsals of routing policies, the newest first.' })
  @Right('policies:read')
  async routingRehearsals(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Rehearsal>> {
    return toConnection(await listRehearsals(scope, readPageRequest(first, after)));
  }

  @Mutation(() => RoutingPolicyRehearsePayload, {
    description:
      'Runs a routing policy over what came in, or over a drawn day, beside the active one, in the background: who would have got what, how long they would have waited. Changes nothing. Refused: INVALID_INPUT (also while twenty wait), NOT_FOUND, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('policies:write')
  routingPolicyRehearse(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => RoutingPolicyRehearseInput, { description: 'What, and over what.' })
    input: RoutingPolicyRehearseInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'routingPolicyRehearse', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        id: await rehearsePolicy(tx, input),
      }));
      return { routingRehearsal: await ifVisible(scope, ids.id) };
    });
  }
}

@Resolver(() => RoutingRehearsal)
export class RoutingRehearsalFields {
  @FieldResolver(() => RehearsedContactConnection, {
    description: 'Contacts that went to somebody else, waited differently or were passed on differently, as they came.',
  })
  @Right('policies:read')
  async differences(
    @Root() { id }: Rehearsal,
    @Ctx() { loaders }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<RehearsedContact>> {
    return toConnection(await loaders.differencesOfRehearsal.load({ id, request: readPageRequest(first, after) }));
  }
}
