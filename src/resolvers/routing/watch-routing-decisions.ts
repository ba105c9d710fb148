import type { EventSubscription } from '../../live/subscriptions.ts';
import { requireRight } from '../../services/access/role-rights.ts';
import { isVisibleConversation } from '../../services/conversations/visible-conversations.ts';
import { stream, topic } from '../../services/events/fact.ts';
import { InvalidRequest } from '../../values/invalid-request.ts';

/** What a `routingDecisions` operation watches: one conversation, or all decisions. */
export const routingDecisions: EventSubscription = {
  kind: 'events',
  async watch(scope, { conversationId }) {
    requireRight(scope.viewer, 'routing:read');
    if (conversationId != null && !(await isVisibleConversation(scope, String(conversationId))))
      throw new InvalidRequest('conversationId', 'Nothing with this id is visible to you.');
    const keys =
      conversationId == null
        ? { streams: [], topics: [topic.routing] }
        : { streams: [stream.conversation(String(conversationId))], topics: [] };
    return {
      ...keys,
      select: (event) => (event.type === 'routing.decided' ? { left: false } : null),
      isVisible: () => Promise.resolve(true),
    };
  },
};
