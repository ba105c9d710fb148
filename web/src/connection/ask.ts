import { asAuthorization } from './api-key.ts';
import { GraphError } from './graph-error.ts';

interface Answer<Data> {
  data?: Data | null;
  errors?: { message: string; extensions?: { code?: unknown } }[];
}

/** One query over POST. Throws GraphError for top-level errors. */
export async function ask<Data>(
  key: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      authorization: asAuthorization(key),
    },
    body: JSON.stringify({ query, variables }),
  });
  const answer = (await response.json()) as Answer<Data>;
  if (answer.errors?.length) throw new GraphError(answer.errors);
  if (!answer.data) throw new Error(`The server answered ${response.status} without data.`);
  return answer.data;
}
