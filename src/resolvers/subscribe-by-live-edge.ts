/**
 * The `subscribe` function of every subscription field. The graph's transports give subscriptions to the live edge, which executes
 * a document once for all who share it; a transport that comes here instead has lost its way.
 */
export function subscribeByLiveEdge(): never {
  throw new Error('Subscriptions are served by the live edge, not by graphql-js.');
}
