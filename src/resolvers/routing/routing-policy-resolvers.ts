import { Arg, Args, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';

import { toConnection, type Connection } from '../../schema/connection.ts';
import { Right } from '../../schema/right.ts';
import {
  RoutingPolicy,
  RoutingPolicyActivateInput,
  RoutingPolicyActivation,
  RoutingPolicyConnection,
  RoutingPolicyCreateInput,
  RoutingPolicyPayload,
} from '../../schema/routing/routing-policy.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import { activatePolicy } from '../../services/routing/policies/activate-policy.ts';
import { createPolicy } from '../../services/routing/policies/create-policy.ts';
import type { PolicyRecord } from '../../services/routing/policies/policy-record.ts';
import { listPolicies, policiesByIds, policyByVersion } from '../../services/routing/policies/read-policies.ts';
import { rollBackPolicy } from '../../services/routing/policies/roll-back-policy.ts';
import type { Scope } from '../../services/scope.ts';
import { readPageRequest } from '../../values/page.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

registerNode({
  kind: 'routingPolicy',
  type: 'RoutingPolicy',
  load: async ({ scope }, id) =>
    reachOf(scope.viewer, 'policies:read') === null ? null : ((await policiesByIds(scope, [id]))[0] ?? null),
});

const ifVisible = (scope: Scope, version: number) =>
  reachOf(scope.viewer, 'policies:read') === null ? null : policyByVersion(scope, version);

@Resolver()
export class RoutingPolicyResolvers {
  @Query(() => RoutingPolicy, {
    nullable: true,
    description: 'A version of the routing policy. Null: there is no such version.',
  })
  @Right('policies:read')
  routingPolicy(
    @Ctx() { scope }: Context,
    @Arg('version', () => Int, { nullable: true, description: 'Which one. Null or absent: the active one.' })
    version: number | null,
  ): Promise<PolicyRecord | null> {
    return policyByVersion(scope, version ?? null);
  }

  @Query(() => RoutingPolicyConnection, {
    description: 'Versions of the routing policy that the shop wrote, the newest first.',
  })
  @Right('policies:read')
  async routingPolicies(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<PolicyRecord>> {
    return toConnection(await listPolicies(scope, readPageRequest(first, after)));
  }

  @Mutation(() => RoutingPolicyPayload, {
    description:
      'Keeps a routing policy under a new version. It holds for nobody until it is activated. Refused: INVALID_INPUT (each fault of the document with its place), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('policies:write')
  routingPolicyCreate(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => RoutingPolicyCreateInput, { description: 'The policy.' }) input: RoutingPolicyCreateInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'routingPolicyCreate', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        id: await createPolicy(tx, input),
      }));
      const sees = reachOf(scope.viewer, 'policies:read') !== null;
      return { routingPolicy: sees ? ((await policiesByIds(scope, [ids.id]))[0] ?? null) : null };
    });
  }

  @Mutation(() => RoutingPolicyPayload, {
    description:
      'Lets a version hold from a moment on: for all, which ends a trial; or for a segment, with a control group that goes on as before. What comes in from then on is decided by it; what waits goes on by the step of its time. Refused: NOT_FOUND, INVALID_INPUT, CONFLICT (another version is active by now), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('policies:write')
  routingPolicyActivate(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => RoutingPolicyActivateInput, { description: 'Which version, when, for whom.' })
    input: RoutingPolicyActivateInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'routingPolicyActivate', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        version: String(await activatePolicy(tx, input)),
      }));
      return { routingPolicy: await ifVisible(scope, Number(ids.version)) };
    });
  }

  @Mutation(() => RoutingPolicyPayload, {
    description:
      'Takes back the last activation that has begun: a trial ends, or the version before holds for all again. What was to begin later does not. Refused: NOTHING_TO_ROLL_BACK, INVALID_INPUT, CONFLICT (another version was activated since), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('policies:write')
  routingPolicyRollBack(
    @Ctx() { scope, installation }: Context,
    @Arg('note', () => String, {
      nullable: true,
      description: 'Why, up to 500 characters. Null or absent: not said.',
    })
    note: string | null,
    @Arg('expectedVersion', () => Int, {
      nullable: true,
      description:
        'The version that is to be taken back, of a trial or of all: refused with CONFLICT when it is another one. Null or absent: whichever it is.',
    })
    expectedVersion: number | null,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const wish = { note: note ?? null, expectedVersion: expectedVersion ?? null };
      const act = { mutation: 'routingPolicyRollBack', key, input: wish };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        version: String(await rollBackPolicy(tx, wish)),
      }));
      return { routingPolicy: await ifVisible(scope, Number(ids.version)) };
    });
  }
}

@Resolver(() => RoutingPolicy)
export class RoutingPolicyFields {
  @FieldResolver(() => [RoutingPolicyActivation], {
    description: 'When it began or begins to hold, and for whom: the last decision first, 100 at most.',
  })
  @Right('policies:read')
  async activations(
    @Root() { version }: PolicyRecord,
    @Ctx() { loaders }: Context,
  ): Promise<readonly RoutingPolicyActivation[]> {
    const activations = await loaders.activationsOfPolicy.load(String(version));
    return activations.map(({ segment, ...activation }) => ({
      ...activation,
      segment: segment && JSON.stringify(segment),
    }));
  }
}
