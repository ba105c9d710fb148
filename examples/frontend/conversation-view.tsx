import { useApolloClient, useQuery } from '@apollo/client/react';
import { useEffect } from 'react';

import { followConversation } from './conversations.ts';
import { CONVERSATION } from './documents.ts';
import { ReplyBox } from './reply-box.tsx';

export function ConversationView({ id, onError }: { id: string; onError: (error: Error) => void }) {
  const client = useApolloClient();
  useEffect(() => followConversation(client, id, { onError }), [client, id, onError]);
  const { data, fetchMore } = useQuery(CONVERSATION, { variables: { conversationId: id } });
  const conversation = data?.conversation;
  if (!conversation) return <section aria-busy />;
  const { edges, pageInfo } = conversation.messages;

  return (
    <section aria-label="Conversation">
      <h2>
        {conversation.subject ?? conversation.reference} <small>{conversation.status}</small>
      </h2>
      {pageInfo.hasNextPage && (
        <button onClick={() => void fetchMore({ variables: { page: pageInfo.endCursor } })}>Older</button>
      )}
      <ol>
        {edges.toReversed().map(({ node }) => (
          <li key={node.id} data-author={node.authorKind}>
            {node.text} <small>{node.id.startsWith('unsent:') ? 'sending' : node.delivery?.state}</small>
          </li>
        ))}
      </ol>
      <ReplyBox key={id} conversationId={id} version={conversation.version} />
    </section>
  );
}
