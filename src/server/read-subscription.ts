import type { Ground } from '../execution/execute.ts';
import type { Prepare } from '../execution/prepare.ts';
import { Rejection } from '../execution/rejection.ts';
import type { ReadSubscription } from '../live/webhooks/webhook-subscription.ts';
import { Refusal } from '../values/refusal.ts';
import { newRequestId } from './new-request-id.ts';
import { toLiveOperation } from './to-live-operation.ts';

const DOCUMENT = ['input', 'document'];

/** Subscriptions that nobody holds a socket for: a webhook's document goes the way of every other, and what it is refused for is said as data. */
export function subscriptionReader(ground: Ground, prepare: Prepare): ReadSubscription {
  return ({ document, variables }, viewer) => {
    try {
      const operation = prepare({ query: document, variables }, viewer);
      if (operation.kind !== 'subscription')
        throw new Refusal('INVALID_INPUT', 'A webhook takes a document with one subscription.', DOCUMENT);
      return toLiveOperation(ground, operation, newRequestId);
    } catch (error) {
      throw error instanceof Rejection ? asRefusal(error) : error;
    }
  };
}

function asRefusal({ errors: [first] }: Rejection): Refusal {
  const { message = 'The document cannot be read.', extensions = {} } = first ?? {};
  return new Refusal(extensions['code'] === 'FORBIDDEN' ? 'NOT_ALLOWED' : 'INVALID_INPUT', message, DOCUMENT);
}
