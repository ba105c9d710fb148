import { ApolloProvider } from '@apollo/client/react';
import { useEffect, useState } from 'react';

import { ConversationList } from './conversation-list.tsx';
import { ConversationView } from './conversation-view.tsx';
import { openClient } from './open-client.ts';
import { PacketView } from './packet-view.tsx';

/** The agent's page for one key. */
export function Page({ url, token }: { url: string; token: string }) {
  const [isLive, setIsLive] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const [chosen, setChosen] = useState<{ conversationId: string; customerId: string } | null>(null);
  const [client, setClient] = useState<ReturnType<typeof openClient>['client'] | null>(null);
  useEffect(() => {
    const opened = openClient({ url, key: token, onLive: setIsLive });
    setClient(opened.client);
    return opened.close;
  }, [url, token]);
  if (!client) return null;

  return (
    <ApolloProvider client={client}>
      <header>
        <strong>Halla</strong> <span role="status">{isLive ? 'Live' : 'Connecting'}</span>
        {error && <span role="alert">{error.message}</span>}
      </header>
      <main>
        <ConversationList onChoose={setChosen} onError={setError} />
        {chosen && <ConversationView id={chosen.conversationId} onError={setError} />}
        {chosen && <PacketView customerId={chosen.customerId} onError={setError} />}
      </main>
    </ApolloProvider>
  );
}
