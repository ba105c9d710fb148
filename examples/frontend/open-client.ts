import { ApolloClient, ApolloLink, HttpLink } from '@apollo/client';
import { RetryLink } from '@apollo/client/link/retry';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws/client';

import { openCache } from './open-cache.ts';
import { ResumingLink } from './resuming-link.ts';

const PING_EVERY_MS = 10_000;
const PONG_WITHIN_MS = 5_000;

interface Connection {
  /** Address of Punos without a path. */
  readonly url: string;
  /** An API key or a JWT of your identity provider. */
  readonly key: string;
  readonly onLive?: (isLive: boolean) => void;
}

/** Queries and mutations over HTTP, all subscriptions over one WebSocket. */
export function openClient({ url, key, onLive }: Connection) {
  const authorization = `Bearer ${key}`;
  let noPong: ReturnType<typeof setTimeout> | undefined;
  const socket = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    connectionParams: { authorization },
    retryAttempts: 0,
    keepAlive: PING_EVERY_MS,
    on: {
      connected: () => onLive?.(true),
      closed: () => {
        clearTimeout(noPong);
        onLive?.(false);
      },
      // A network that went away closes no socket: without an answer to our ping it is dead.
      ping: (received) => {
        if (!received) noPong = setTimeout(() => socket.terminate(), PONG_WITHIN_MS);
      },
      pong: () => clearTimeout(noPong),
    },
  });
  const client = new ApolloClient({
    cache: openCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new ResumingLink(socket),
      // Repeats also mutations, and may: each of ours carries an idempotencyKey.
      ApolloLink.from([new RetryLink(), new HttpLink({ uri: `${url}/graphql`, headers: { authorization } })]),
    ),
  });
  return { client, close: () => (client.stop(), void socket.dispose()) };
}
