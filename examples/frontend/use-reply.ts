import { useMutation } from '@apollo/client/react';
import { useRef, useState } from 'react';

import { REPLY } from './documents.ts';
import { placeMessage } from './place-in-lists.ts';

/**
 * Sends a reply to the state that the agent saw. It shows at once; the server's answer takes its place, or takes it back. A
 * refusal is returned as a sentence for the agent, null says it was sent.
 */
export function useReply(conversationId: string, version: number) {
  // One key for one act: a repeat after a lost answer sends nothing twice. The next act has the next key.
  const key = useRef(crypto.randomUUID());
  // The state on which the agent began to write, and not what came meanwhile: that is what the server asks about.
  const [seen, setSeen] = useState<number | null>(null);
  const [mutate, { loading }] = useMutation(REPLY, {
    update: (cache, { data }) => {
      const message = data?.messageSend.message;
      if (message) placeMessage(cache, conversationId, message.id);
    },
  });

  const send = async (text: string): Promise<string | null> => {
    const { data } = await mutate({
      variables: { id: conversationId, text, seen: seen ?? version, key: key.current },
      optimisticResponse: {
        messageSend: {
          __typename: 'MessageSendPayload',
          message: {
            __typename: 'Message',
            id: `unsent:${key.current}`,
            direction: 'OUTBOUND',
            authorKind: 'AGENT',
            text,
            occurredAt: new Date().toISOString(),
            delivery: null,
            conversation: { __typename: 'Conversation', id: conversationId, version },
          },
          userErrors: [],
        },
      } as never,
    });
    key.current = crypto.randomUUID();
    const [refusal] = data?.messageSend.userErrors ?? [];
    const isConflict = refusal?.__typename === 'VersionConflictError';
    setSeen(isConflict ? refusal.version : null);
    if (isConflict) return 'Something happened here since you began to write. Read it, then send again.';
    return refusal?.message ?? null;
  };
  return { send, isSending: loading, begin: () => setSeen((known) => known ?? version) };
}
