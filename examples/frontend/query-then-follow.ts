import { CombinedGraphQLErrors, type ApolloClient, type TypedDocumentNode } from '@apollo/client';

interface Following<Read, Payload, Variables> {
  /** Reads the state and, with it, `cursor`. */
  readonly query: TypedDocumentNode<Read, Variables>;
  /** Takes `$after` beside the variables of the query. */
  readonly subscription: TypedDocumentNode<Payload, Variables & { after?: string | null }>;
  readonly variables: Variables;
  readonly onPayload?: (payload: Payload) => void;
  readonly onError: (error: Error) => void;
}

/**
 * Reads, then follows from the place at which it was read: nothing lies between the two. Both write to the cache. A cursor older
 * than the journal's memory is answered with CURSOR_EXPIRED: read anew, follow from there. Returns how to stop.
 */
export function queryThenFollow<Read extends { cursor: string }, Payload, Variables extends Record<string, unknown>>(
  client: ApolloClient,
  { query, subscription, variables, onPayload, onError }: Following<Read, Payload, Variables>,
): () => void {
  const ended = new AbortController();
  const begin = async (): Promise<void> => {
    const { data } = await client.query<Read>({ query, variables, fetchPolicy: 'network-only' });
    if (ended.signal.aborted || !data) return;
    const live = client
      .subscribe<Payload>({ query: subscription, variables: { ...variables, after: data.cursor } })
      .subscribe(({ data: payload, error }) => {
        if (payload) onPayload?.(payload as Payload);
        else if (isExpired(error)) void begin().catch(onError);
        else if (error) onError(error as Error);
      });
    ended.signal.addEventListener('abort', () => live.unsubscribe(), { once: true });
  };
  void begin().catch(onError);
  return () => ended.abort();
}

const isExpired = (error: unknown) =>
  CombinedGraphQLErrors.is(error) && error.errors.some(({ extensions }) => extensions?.['code'] === 'CURSOR_EXPIRED');
