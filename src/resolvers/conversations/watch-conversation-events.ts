import type { EventSubscription } from '../../live/subscriptions.ts';
import { requireRight } from '../../services/access/role-rights.ts';
import { isVisibleConversation, watchedPersonStreams } from '../../services/conversations/visible-conversations.ts';
import { stream, topic } from '../../services/events/fact.ts';
import type { JournalEvent } from '../../services/events/read-events.ts';
import type { Scope } from '../../services/scope.ts';
import { InvalidRequest } from '../../values/invalid-request.ts';
import type { Channel } from '../../values/vocabulary.ts';

const OF_CONVERSATIONS = /^(conversation|message|note|attachment)\./;
/** What becomes of asking for an agent. */
const OF_ROUTING = /^routing\.(decided|offered|timed_out|returned|reception_decided)$/;

/** What a `conversationEvents` operation watches: one conversation, one filter, or all that the viewer may see. */
export const conversationEvents: EventSubscription = {
  kind: 'events',
  async watch(scope, args) {
    const reach = requireRight(scope.viewer, 'conversations:read');
    const filter = await filterOf(scope, args);
    const readsNotes = scope.viewer.rights.has('notes:read');
    const readsTriage = scope.viewer.rights.has('triage:read');
    const routes = reach === 'all' && scope.viewer.rights.has('conversations:route');
    // A reader of own rows hears of their own person only, whatever they filter by: nothing of others is even looked at.
    const keys =
      reach === 'own'
        ? { streams: [...(await watchedPersonStreams(scope)), ...filter.streams.filter(isOfPresence)], topics: [] }
        : filter;
    return {
      ...keys,
      select(event) {
        if (!OF_CONVERSATIONS.test(event.type) && !(routes && OF_ROUTING.test(event.type))) return null;
        if (event.type === 'note.added' && !readsNotes) return null;
        // A file that stands in no message yet is its uploader’s alone.
        if (event.type.startsWith('attachment.') && event.details['messageId'] == null) return null;
        // Nobody hears of whom they do not hear.
        if (/^conversation\.(consultation|participant)_/.test(event.type) && !readsNotes) return null;
        // What we promise ourselves and think of it is not for the customer’s ears.
        if (/^conversation\.(sla|clocks|signals)_/.test(event.type) && !readsTriage) return null;
        if (reach === 'own' && (!touches(event, filter) || isLooking(event))) return null;
        const left = event.details['left'];
        return { left: Array.isArray(left) && filter.topics.some((name) => left.includes(name)) };
      },
      isVisible: (current, event) =>
        reach === 'all'
          ? Promise.resolve(true)
          : isVisibleConversation(current, String(event.details['conversationId'])),
    };
  },
};

interface Filter {
  readonly streams: readonly string[];
  readonly topics: readonly string[];
}

async function filterOf(scope: Scope, args: Readonly<Record<string, unknown>>): Promise<Filter> {
  const { conversationId, inboxId, channel, assigneeId, assignedToMe } = args;
  const named = [conversationId, inboxId, channel, assigneeId, assignedToMe || null].filter(
    (argument) => argument != null,
  );
  if (named.length > 1)
    throw new InvalidRequest(
      'conversationId',
      'Name at most one of `conversationId`, `inboxId`, `channel`, `assigneeId` and `assignedToMe: true`.',
    );
  if (conversationId != null) {
    if (!(await isVisibleConversation(scope, String(conversationId))))
      throw new InvalidRequest('conversationId', 'Nothing with this id is visible to you.');
    const id = String(conversationId);
    return { streams: [stream.conversation(id), stream.presence(id), stream.queue(id)], topics: [] };
  }
  if (inboxId != null) return { streams: [], topics: ofInbox(String(inboxId)) };
  if (channel != null) return { streams: [], topics: ofChannel(channel as Channel) };
  if (assigneeId != null) return { streams: [], topics: ofAssignee(String(assigneeId)) };
  if (assignedToMe) {
    if (!scope.viewer.agentId)
      throw new InvalidRequest('assignedToMe', 'Your key or token does not speak for an agent.');
    return { streams: [], topics: ofAssignee(scope.viewer.agentId) };
  }
  return { streams: [], topics: [topic.conversations, topic.presences] };
}

const ofAssignee = (agentId: string) => [topic.assignee(agentId), topic.presenceForAssignee(agentId)];
const ofInbox = (inboxId: string) => [topic.inbox(inboxId), topic.presenceInInbox(inboxId)];
const ofChannel = (channel: Channel) => [topic.channel(channel), topic.presenceOnChannel(channel)];
const isOfPresence = (name: string) => name.startsWith(stream.presence(''));

/** Staff who only look on: not for the customer’s ears. */
const isLooking = ({ type, details }: JournalEvent) =>
  type === 'conversation.presence_changed' && details['state'] !== 'typing' && details['formerState'] !== 'typing';

const touches = (event: JournalEvent, { streams, topics }: Filter) =>
  event.streams.some((name) => streams.includes(name)) || event.topics.some((name) => topics.includes(name));
