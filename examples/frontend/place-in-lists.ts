import type { ApolloCache, Reference } from '@apollo/client';
import type { ModifierDetails } from '@apollo/client/cache';

interface Connection {
  readonly edges: readonly { readonly cursor: string; readonly node: Reference }[];
  readonly pageInfo: { readonly hasNextPage: boolean };
}

/** Puts a conversation where it now belongs in the list. Its fields are in the cache already, by its id. */
export function placeConversation(cache: ApolloCache, id: string): void {
  cache.modify<{ conversations: Connection }>({
    fields: {
      conversations: (list, { readField, toReference }) =>
        placed(list as Connection, toReference({ __typename: 'Conversation', id })!, 'lastMessageAt', readField),
    },
  });
}

/** Puts a message among those of its conversation, where these were read. Once there, it stays where it is. */
export function placeMessage(cache: ApolloCache, conversationId: string, id: string): void {
  cache.modify<{ messages: Connection }>({
    id: `Conversation:${conversationId}`,
    fields: {
      messages: (list, { readField, toReference }) =>
        placed(list as Connection, toReference({ __typename: 'Message', id })!, 'occurredAt', readField),
    },
  });
}

/** The server's order: newest first, equals by id. What is older than the last page read comes with its own page. */
function placed(list: Connection, node: Reference, clock: string, readField: ModifierDetails['readField']): Connection {
  const isNewer = (one: Reference, other: Reference) => {
    const [a, b] = [readField<string>(clock, one) ?? '', readField<string>(clock, other) ?? ''];
    return a > b || (a === b && readField<string>('id', one)! > readField<string>('id', other)!);
  };
  const others = list.edges.filter((edge) => edge.node.__ref !== node.__ref);
  const before = others.findIndex((edge) => isNewer(node, edge.node));
  if (before < 0 && list.pageInfo.hasNextPage) return { ...list, edges: others };
  const at = before < 0 ? others.length : before;
  const known = list.edges[at];
  if (known?.node.__ref === node.__ref && others.length < list.edges.length) return list;
  // Its cursor was of its old place: pages are never joined behind it.
  return { ...list, edges: [...others.slice(0, at), { cursor: '', node }, ...others.slice(at)] };
}
