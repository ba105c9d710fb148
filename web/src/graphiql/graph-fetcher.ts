import type { Fetcher } from '@graphiql/toolkit';
import { type ExecutionResult, getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-ws/client';

import { asAuthorization } from '../connection/api-key.ts';

/** Queries and mutations over POST, subscriptions over one WebSocket; both with the key. */
export function graphFetcher(key: string): { fetcher: Fetcher; close: () => void } {
  const authorization = asAuthorization(key);
  const client = createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
    connectionParams: { authorization },
    // Its own retry would ask for the original `after` again and repeat what was shown.
    retryAttempts: 0,
  });

  const fetcher: Fetcher = async ({ query, variables: given, operationName: asked }) => {
    const variables = (given ?? {}) as Record<string, unknown>;
    const { operationName, isSubscription } = operationOf(query, asked ?? null);
    const request = { query, variables, ...(operationName === null ? {} : { operationName }) };
    if (isSubscription) {
      // GraphiQL's type wants errors as objects of graphql-js; over the wire they come as plain ones, and it shows those.
      return client.iterate(request) as unknown as AsyncIterable<ExecutionResult>;
    }
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        authorization,
      },
      body: JSON.stringify(request),
    });
    return (await response.json()) as ExecutionResult;
  };
  return { fetcher, close: () => void client.dispose() };
}

/** GraphiQL's word on the operation is that of the tab before, for a moment after a change of tabs: what stands in the text decides. */
function operationOf(query: string, asked: string | null): { operationName: string | null; isSubscription: boolean } {
  try {
    const document = parse(query);
    const found = getOperationAST(document, asked);
    const operation = found ?? getOperationAST(document);
    return { operationName: found ? asked : null, isSubscription: operation?.operation === 'subscription' };
  } catch {
    // The server says better what is wrong with the text.
    return { operationName: null, isSubscription: false };
  }
}
