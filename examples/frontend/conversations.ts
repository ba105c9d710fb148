import type { ApolloClient } from '@apollo/client';
import type { ResultOf } from 'gql.tada';

import { CONVERSATION, CONVERSATION_EVENTS, CONVERSATIONS } from './documents.ts';
import { placeConversation, placeMessage } from './place-in-lists.ts';
import { queryThenFollow } from './query-then-follow.ts';

type ConversationEvent = NonNullable<ResultOf<typeof CONVERSATION_EVENTS>['conversationEvents']['event']>;

interface Told {
  readonly onEvent?: (event: ConversationEvent) => void;
  readonly onError: (error: Error) => void;
}

/** Keeps the list in the cache as the shop has it. Returns how to stop. */
export const followConversations = (client: ApolloClient, told: Told): (() => void) =>
  queryThenFollow(client, {
    query: CONVERSATIONS,
    subscription: CONVERSATION_EVENTS,
    variables: {},
    onPayload: ({ conversationEvents }) => place(client, conversationEvents.event, told),
    onError: told.onError,
  });

/**
 * The same for one conversation with its messages. It follows from its own cursor: an event that came before the answer to this
 * query is not in the messages that were read, and the list's subscription will not say it again.
 */
export const followConversation = (client: ApolloClient, conversationId: string, told: Told): (() => void) =>
  queryThenFollow(client, {
    query: CONVERSATION,
    subscription: CONVERSATION_EVENTS,
    variables: { conversationId },
    onPayload: ({ conversationEvents }) => place(client, conversationEvents.event, told),
    onError: told.onError,
  });

function place({ cache }: ApolloClient, event: ConversationEvent | null, { onEvent }: Told): void {
  // No event: a checkpoint. No conversation: it is not ours to see any more.
  if (!event?.conversation) return;
  placeConversation(cache, event.conversation.id);
  const isMessage = event.type === 'MESSAGE_RECEIVED' || event.type === 'MESSAGE_SENT';
  if (isMessage && event.message) placeMessage(cache, event.conversation.id, event.message.id);
  onEvent?.(event);
}
