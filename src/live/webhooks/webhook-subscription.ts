import type { RegisteredSubscription } from '../../services/partners/webhook-endpoint.ts';
import type { Scope } from '../../services/scope.ts';
import { AccessDenied } from '../../values/access-denied.ts';
import { InvalidRequest } from '../../values/invalid-request.ts';
import { Refusal } from '../../values/refusal.ts';
import type { Viewer } from '../../values/viewer.ts';
import type { LiveOperation } from '../live-operation.ts';
import type { EventWatch, Subscriptions } from '../subscriptions.ts';

/** Reads a document as every transport reads it: limits, validation, rights. Throws a Refusal. */
export type ReadSubscription = (asked: RegisteredSubscription, viewer: Viewer) => LiveOperation;

/** What it takes to understand what an endpoint registered. */
export interface SubscriptionParts {
  readonly subscriptions: Subscriptions;
  readonly readSubscription: ReadSubscription;
}

export interface ReadWebhook {
  readonly operation: LiveOperation;
  readonly watch: EventWatch;
}

/**
 * What a registered subscription means for a viewer at this moment: what it watches, and how a payload is made. Throws a Refusal when it
 * means nothing, or nothing any more.
 */
export async function readWebhook(
  { subscriptions, readSubscription }: SubscriptionParts,
  scope: Scope,
  asked: RegisteredSubscription,
): Promise<ReadWebhook> {
  const operation = readSubscription(asked, scope.viewer);
  const subscription = subscriptions[operation.field];
  if (subscription?.kind !== 'events')
    throw new Refusal('INVALID_INPUT', `A webhook takes a subscription to events: ${eventFields(subscriptions)}.`, [
      'input',
      'document',
    ]);
  try {
    return { operation, watch: await subscription.watch(scope, operation.args) };
  } catch (error) {
    if (error instanceof AccessDenied) throw new Refusal('NOT_ALLOWED', error.message, ['input', 'document']);
    if (error instanceof InvalidRequest) throw new Refusal('INVALID_INPUT', error.message, ['input', 'variables']);
    throw error;
  }
}

const eventFields = (subscriptions: Subscriptions): string =>
  Object.entries(subscriptions)
    .filter(([, { kind }]) => kind === 'events')
    .map(([field]) => `\`${field}\``)
    .join(', ');
