import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import {
  WebhookAttemptConnection,
  WebhookDelivery,
  WebhookDeliveryConnection,
} from '../../schema/partners/webhook-delivery.ts';
import { WebhookEndpoint, WebhookEndpointConnection, WebhookGap } from '../../schema/partners/webhook-endpoint.ts';
import { Right } from '../../schema/right.ts';
import { DateTime } from '../../schema/scalars.ts';
import { WebhookDeliveryStateEnum } from '../../schema/vocabulary.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import {
  listWebhookAttempts,
  listWebhookDeliveries,
  webhookDeliveryById,
} from '../../services/partners/read-webhook-deliveries.ts';
import { listWebhookEndpoints, webhookEndpointById } from '../../services/partners/read-webhook-endpoints.ts';
import type * as deliveries from '../../services/partners/webhook-delivery.ts';
import type * as endpoints from '../../services/partners/webhook-endpoint.ts';
import type { Scope } from '../../services/scope.ts';
import { readPageRequest } from '../../values/page.ts';
import { DISABLED_ADVICE, GAP_ADVICE } from '../../values/webhook-advice.ts';
import type { WebhookDeliveryState } from '../../values/webhooks.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

const ifWithinReach =
  (load: (scope: Scope, id: string) => Promise<object | null>) =>
  async ({ scope }: Context, id: string) =>
    reachOf(scope.viewer, 'webhooks:write') ? load(scope, id) : null;
registerNode({ kind: 'webhookEndpoint', type: 'WebhookEndpoint', load: ifWithinReach(webhookEndpointById) });
registerNode({ kind: 'webhookDelivery', type: 'WebhookDelivery', load: ifWithinReach(webhookDeliveryById) });

@Resolver()
export class WebhookQueries {
  @Query(() => WebhookEndpointConnection, {
    description:
      'Webhook endpoints, newest first: all, or those that have the rights of your key or of a key of your partner.',
  })
  @Right('webhooks:write')
  async webhookEndpoints(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<endpoints.WebhookEndpoint>> {
    return toConnection(await listWebhookEndpoints(scope, readPageRequest(first, after)));
  }

  @Query(() => WebhookDeliveryConnection, {
    description:
      'What was delivered to a webhook endpoint and what was not, newest first by when it was queued. Kept for WEBHOOK_LEDGER_DAYS. Empty where the endpoint is not visible to you.',
  })
  @Right('webhooks:write')
  async webhookDeliveries(
    @Ctx() { scope }: Context,
    @Arg('endpointId', () => ID, { description: 'The endpoint, `whe_…`.' }) endpointId: string,
    @Arg('state', () => WebhookDeliveryStateEnum, {
      nullable: true,
      description: 'Only those with this state. Null or absent: all.',
    })
    state: WebhookDeliveryState | null,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<deliveries.WebhookDelivery>> {
    const filter = { endpointId, state: state ?? null };
    return toConnection(await listWebhookDeliveries(scope, filter, readPageRequest(first, after)));
  }

  @Query(() => WebhookAttemptConnection, {
    description: 'Attempts of a delivery, newest first. Empty where the delivery is not visible to you.',
  })
  @Right('webhooks:write')
  async webhookAttempts(
    @Ctx() { scope }: Context,
    @Arg('deliveryId', () => ID, { description: 'The delivery, `whd_…`.' }) deliveryId: string,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<deliveries.WebhookAttempt>> {
    return toConnection(await listWebhookAttempts(scope, deliveryId, readPageRequest(first, after)));
  }
}

@Resolver(() => WebhookEndpoint)
export class WebhookEndpointFields {
  @FieldResolver(() => String, { description: 'Values of the document’s variables, as the text of a JSON object.' })
  @Right('webhooks:write')
  variables(@Root() { variables }: endpoints.WebhookEndpoint): string {
    return JSON.stringify(variables);
  }

  @FieldResolver(() => Boolean, {
    description: 'True while what was asked for by `webhookEndpointReplay` is being queued.',
  })
  @Right('webhooks:write')
  isReplaying(@Root() { replayCursor }: endpoints.WebhookEndpoint): boolean {
    return replayCursor !== null;
  }

  @FieldResolver(() => WebhookGap, {
    nullable: true,
    description:
      'The newest time in which nothing was queued for it, because its key lost what its document asks for: of that no deliveries stand in the ledger. Null: there was none.',
  })
  @Right('webhooks:write')
  gap(@Root() { gapSince, gapUntil, gapReason, gapCursor }: endpoints.WebhookEndpoint): WebhookGap | null {
    return gapSince && { since: gapSince, until: gapUntil, reason: gapReason!, cursor: gapCursor! };
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'What to do so that events are sent again, in English. Null: they are.',
  })
  @Right('webhooks:write')
  advice(@Root() { disabledReason, gapSince, gapUntil }: endpoints.WebhookEndpoint): string | null {
    if (disabledReason) return DISABLED_ADVICE[disabledReason];
    return gapSince && !gapUntil ? GAP_ADVICE : null;
  }
}

@Resolver(() => WebhookDelivery)
export class WebhookDeliveryFields {
  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'Not before this moment the next attempt is made. Null: none is to be made.',
  })
  @Right('webhooks:write')
  nextAttemptAt(@Root() { dueAt }: deliveries.WebhookDelivery): Date | null {
    return dueAt;
  }
}
