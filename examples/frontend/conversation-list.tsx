import { useApolloClient, useQuery } from '@apollo/client/react';
import { useEffect } from 'react';

import { followConversations } from './conversations.ts';
import { CONVERSATIONS } from './documents.ts';

interface Chosen {
  readonly conversationId: string;
  readonly customerId: string;
}

export function ConversationList(props: { onChoose: (chosen: Chosen) => void; onError: (error: Error) => void }) {
  const { onChoose, onError } = props;
  const client = useApolloClient();
  useEffect(() => followConversations(client, { onError }), [client, onError]);
  // The same document as what is followed: one request, and this reads what the events make of it.
  const { data, fetchMore } = useQuery(CONVERSATIONS);
  if (!data) return <nav aria-busy />;
  const { edges, pageInfo } = data.conversations;

  return (
    <nav aria-label="Conversations">
      {edges.map(({ node }) => (
        <button
          key={node.id}
          onClick={() => onChoose({ conversationId: node.id, customerId: node.customer.id })}
          data-conversation={node.id}
        >
          {node.customer.displayName ?? 'Somebody'} <small>{`${node.channel} ${node.status}`}</small>
        </button>
      ))}
      {pageInfo.hasNextPage && (
        <button onClick={() => void fetchMore({ variables: { page: pageInfo.endCursor } })}>More</button>
      )}
    </nav>
  );
}
