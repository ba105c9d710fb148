import { Arg, Ctx, ID, Int, Mutation, Resolver } from 'type-graphql';

import { WebhookDeliveryPayload } from '../../schema/partners/webhook-delivery.ts';
import {
  WebhookEndpointCreateInput,
  WebhookEndpointPayload,
  WebhookEndpointSecretPayload,
  WebhookEndpointUpdateInput,
} from '../../schema/partners/webhook-endpoint.ts';
import { Right } from '../../schema/right.ts';
import { createWebhookEndpoint } from '../../services/partners/create-webhook-endpoint.ts';
import { disableWebhookEndpoint } from '../../services/partners/disable-webhook-endpoint.ts';
import { replayWebhookDelivery, testWebhookEndpoint } from '../../services/partners/queue-webhook-delivery.ts';
import { webhookDeliveryById } from '../../services/partners/read-webhook-deliveries.ts';
import { webhookEndpointById } from '../../services/partners/read-webhook-endpoints.ts';
import { replayWebhookEndpoint } from '../../services/partners/replay-webhook-endpoint.ts';
import { rotateWebhookSecret } from '../../services/partners/rotate-webhook-secret.ts';
import { enableWebhookEndpoint, updateWebhookEndpoint } from '../../services/partners/update-webhook-endpoint.ts';
import { Refusal } from '../../values/refusal.ts';
import { answer } from '../answer.ts';
import type { Context } from '../context.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import { OVERLAP_HOURS } from '../overlap-hours.ts';

const ENDPOINT = { description: 'The endpoint, `whe_…`.' };

@Resolver()
export class WebhookMutations {
  @Mutation(() => WebhookEndpointSecretPayload, {
    description:
      'Registers where events are posted to: from now on each event that its subscription would deliver. Refused: INVALID_INPUT (the URL, the document, its variables), NOT_ALLOWED (rights that the key lacks, another’s key, too many endpoints), NOT_FOUND (the key), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('webhooks:write')
  webhookEndpointCreate(
    @Ctx() { scope, installation, checkWebhook }: Context,
    @Arg('input', () => WebhookEndpointCreateInput, { description: 'The endpoint.' })
    { name, url, document, variables, keyId }: WebhookEndpointCreateInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const input = { name, url, document, variables: readVariables(variables ?? '{}'), keyId: keyId ?? null };
      const made = await createWebhookEndpoint(scope, { installation, check: checkWebhook }, input, key);
      return { webhookEndpoint: await webhookEndpointById(scope, made.id), secret: made.secret };
    });
  }

  @Mutation(() => WebhookEndpointPayload, {
    description:
      'Changes where events are posted to and which; deliveries that are pending are sent as it then is. Refused: as `webhookEndpointCreate`, NOT_FOUND.',
  })
  @Right('webhooks:write')
  webhookEndpointUpdate(
    @Ctx() { scope, checkWebhook }: Context,
    @Arg('id', () => ID, ENDPOINT) id: string,
    @Arg('input', () => WebhookEndpointUpdateInput, { description: 'What changes.' })
    { name = null, url = null, document = null, variables = null, keyId = null }: WebhookEndpointUpdateInput,
  ) {
    return answer(async () => {
      const change = { name, url, document, variables: variables === null ? null : readVariables(variables), keyId };
      await updateWebhookEndpoint(scope, checkWebhook, id, change);
      return { webhookEndpoint: await webhookEndpointById(scope, id) };
    });
  }

  @Mutation(() => WebhookEndpointPayload, {
    description:
      'Sends events again, from now on; pending deliveries go on too. What came in between is had by `webhookEndpointReplay`. Refused: NOT_FOUND, CONFLICT (it is enabled).',
  })
  @Right('webhooks:write')
  webhookEndpointEnable(@Ctx() { scope, installation }: Context, @Arg('id', () => ID, ENDPOINT) id: string) {
    return answer(async () => {
      await enableWebhookEndpoint(scope, installation, id);
      return { webhookEndpoint: await webhookEndpointById(scope, id) };
    });
  }

  @Mutation(() => WebhookEndpointPayload, {
    description: 'Sends nothing more until it is enabled again. Refused: NOT_FOUND, CONFLICT (it is disabled).',
  })
  @Right('webhooks:write')
  webhookEndpointDisable(@Ctx() { scope }: Context, @Arg('id', () => ID, ENDPOINT) id: string) {
    return answer(async () => {
      await disableWebhookEndpoint(scope, id);
      return { webhookEndpoint: await webhookEndpointById(scope, id) };
    });
  }

  @Mutation(() => WebhookEndpointSecretPayload, {
    description:
      'Gives an endpoint another secret. The one until now signs beside it for a while. Refused: NOT_FOUND, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('webhooks:write')
  webhookEndpointRotateSecret(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, ENDPOINT) id: string,
    @Arg('overlapHours', () => Int, OVERLAP_HOURS) overlapHours: number,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const changed = await rotateWebhookSecret(scope, installation, { id, overlapHours }, key);
      return { webhookEndpoint: await webhookEndpointById(scope, changed.id), secret: changed.secret };
    });
  }

  @Mutation(() => WebhookDeliveryPayload, {
    description:
      'Sends a checkpoint, signed: what a subscriber gets first, without an event. Tried once. Refused: NOT_FOUND, CONFLICT (it is disabled), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('webhooks:write')
  webhookEndpointTest(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, ENDPOINT) id: string,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const delivery = await testWebhookEndpoint(scope, installation, id, key);
      return { webhookDelivery: await webhookDeliveryById(scope, delivery) };
    });
  }

  @Mutation(() => WebhookEndpointPayload, {
    description:
      'Sends everything behind a place of the journal, in order, also what was delivered: under the ids it has. Refused: NOT_FOUND, INVALID_INPUT (no cursor), CONFLICT (it is disabled), IDEMPOTENCY_KEY_REUSED. Error: CURSOR_EXPIRED.',
  })
  @Right('webhooks:write')
  webhookEndpointReplay(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, ENDPOINT) id: string,
    @Arg('after', () => String, { description: 'Cursor of a delivery, of a payload or of `Query.cursor`.' })
    after: string,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const endpoint = await replayWebhookEndpoint(scope, installation, { id, after }, key);
      return { webhookEndpoint: await webhookEndpointById(scope, endpoint) };
    });
  }

  @Mutation(() => WebhookDeliveryPayload, {
    description:
      'Sends one event once more, under the id it has, as it looks now. Refused: NOT_FOUND, NOT_ALLOWED (a test), CONFLICT (the endpoint is disabled), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('webhooks:write')
  webhookDeliveryReplay(
    @Ctx() { scope, installation }: Context,
    @Arg('id', () => ID, { description: 'The delivery, `whd_…`.' }) id: string,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const delivery = await replayWebhookDelivery(scope, installation, id, key);
      return { webhookDelivery: await webhookDeliveryById(scope, delivery) };
    });
  }
}

function readVariables(text: string): Record<string, unknown> {
  const refused = new Refusal('INVALID_INPUT', '`variables` must be the text of a JSON object.', [
    'input',
    'variables',
  ]);
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw refused;
  }
  if (read === null || typeof read !== 'object' || Array.isArray(read)) throw refused;
  return read as Record<string, unknown>;
}
