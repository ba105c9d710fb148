import { type Fact, stream } from '../events/fact.ts';
import type { CustomerPromise } from './customer-promise.ts';

/** A fact about a promise: on the streams of the person, the order and the conversation. What was promised is not in it. */
export function promiseFact(
  promise: Pick<CustomerPromise, 'id' | 'customerId' | 'orderId' | 'conversationId' | 'kind' | 'dueAt'>,
  type: 'promise.made' | 'promise.overdue' | 'promise.kept' | 'promise.withdrawn',
): Fact {
  const { id, customerId, orderId, conversationId, kind, dueAt } = promise;
  return {
    type,
    streams: [
      stream.customer(customerId),
      ...(orderId ? [stream.order(orderId)] : []),
      ...(conversationId ? [stream.conversation(conversationId)] : []),
    ],
    details: { promiseId: id, customerId, orderId, conversationId, promiseKind: kind, dueAt: dueAt.toISOString() },
  };
}
