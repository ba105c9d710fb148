import { expect } from 'vitest';

import { post } from './graphql.ts';

/** What somebody does over HTTP at this server; refused: the test ends. */
export const actingAt =
  (url: string) =>
  async <T>(secret: string, document: string, variables: Record<string, unknown>): Promise<T> => {
    const { body } = await post(url, secret, document, variables);
    expect(body.errors).toBeUndefined();
    const payload = Object.values(body.data as object)[0] as T & { userErrors?: unknown[] };
    expect(payload.userErrors ?? []).toEqual([]);
    return payload;
  };
