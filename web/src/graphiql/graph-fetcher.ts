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

  const fetcher: Fetcher = async (request, options) => {
    const { query, operationName } = request;
    const variables = (request.variables ?? {}) as Record<string, unknown>;
    const document = options?.documentAST ?? parse(query);
    if (getOperationAST(document, operationName)?.operation === 'subscription') {
      const results = client.iterate({ query, variables, ...(operationName ? { operationName } : {}) });
      // GraphiQL's type wants errors as objects of graphql-js; over the wire they come as plain ones, and it shows those.
      return results as unknown as AsyncIterable<ExecutionResult>;
    }
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        authorization,
      },
      body: JSON.stringify({ query, variables, operationName: operationName ?? undefined }),
    });
    return (await response.json()) as ExecutionResult;
  };
  return { fetcher, close: () => void client.dispose() };
}
