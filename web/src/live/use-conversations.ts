import { useEffect, useState } from 'react';

import { ask } from '../connection/ask.ts';
import { refusalOfKey } from '../connection/graph-error.ts';
import type { Link } from '../connection/open-link.ts';
import { CONVERSATION_EVENTS, CONVERSATIONS } from './documents.ts';
import type { ConversationEventPayload, Entry, NewestMessage } from './shapes.ts';

const MOST = 30;
const AGAIN_AFTER_MS = 2_000;

export interface Conversations {
  /** Newest first. Null until the first answer. */
  entries: readonly Entry[] | null;
  /** The conversation that an event has just touched. */
  touched: string | null;
  refusal: string | null;
}

interface Listed {
  cursor: string;
  conversations: { nodes: (Omit<Entry, 'newest'> & { messages: { nodes: NewestMessage[] } })[] };
}

/** The newest conversations: read once with a cursor, then followed from exactly there, so that nothing falls between. */
export function useConversations(apiKey: string, link: Link | null): Conversations {
  const [state, setState] = useState<Conversations>({ entries: null, touched: null, refusal: null });

  useEffect(() => {
    if (!link) return undefined;
    const ended = new AbortController();
    void begin(link);
    return () => ended.abort();

    async function begin(on: Link): Promise<void> {
      try {
        const { cursor, conversations } = await ask<Listed>(apiKey, CONVERSATIONS);
        if (ended.signal.aborted) return;
        const entries = conversations.nodes.map(({ messages, ...entry }) => ({
          ...entry,
          newest: messages.nodes[0] ?? null,
        }));
        setState({ entries, touched: null, refusal: null });
        const stop = on.follow<ConversationEventPayload>({
          query: CONVERSATION_EVENTS,
          after: cursor,
          onPayload: ({ event }) => event && setState((before) => moved(before, event)),
          onGap: () => {
            stop();
            void begin(on);
          },
        });
        ended.signal.addEventListener('abort', stop);
      } catch (error) {
        if (ended.signal.aborted) return;
        const refusal = refusalOfKey(error);
        if (refusal) setState({ entries: null, touched: null, refusal });
        else setTimeout(() => ended.signal.aborted || void begin(on), AGAIN_AFTER_MS);
      }
    }
  }, [apiKey, link]);

  return state;
}

/** The list after an event: the touched conversation renewed, in its new place. */
function moved(before: Conversations, event: NonNullable<ConversationEventPayload['event']>): Conversations {
  const { conversation, message, left } = event;
  if (!conversation || !before.entries) return before;
  const known = before.entries.find(({ id }) => id === conversation.id);
  const others = before.entries.filter(({ id }) => id !== conversation.id);
  if (left) return { ...before, entries: others };
  const entry = { ...conversation, newest: message ?? known?.newest ?? null };
  const entries = [entry, ...others]
    .sort((a, b) => Date.parse(b.lastMessageAt) - Date.parse(a.lastMessageAt))
    .slice(0, MOST);
  return { ...before, entries, touched: conversation.id };
}
