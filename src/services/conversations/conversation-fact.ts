import type { EventType } from '../../values/event-types.ts';
import type { AgentId, ConversationId, CustomerId, InboxId } from '../../values/ids.ts';
import type { Channel } from '../../values/vocabulary.ts';
import { stream, topic, type Fact, type FactValue } from '../events/fact.ts';

/** Where a conversation stands: what its facts are tagged with. */
export interface Standing {
  readonly id: ConversationId;
  readonly personId: CustomerId;
  readonly inboxId: InboxId;
  readonly channel: Channel;
  readonly assigneeId: AgentId | null;
}

interface Happening {
  readonly type: EventType;
  readonly occurredAt?: Date;
  readonly receivedAt?: Date;
  readonly details?: { readonly [key: string]: FactValue };
  /** Tags besides those of the conversation. */
  readonly topics?: readonly string[];
  /** Where it stood before, when that differs: readers who filter by it are told that it left. */
  readonly left?: Partial<Pick<Standing, 'inboxId' | 'channel' | 'assigneeId'>>;
}

/** A fact about a conversation: the person's stream first, then the conversation's; tagged for every filter that lists it. */
export function conversationFact(
  standing: Standing,
  { type, left = {}, topics = [], details, ...clocks }: Happening,
): Fact {
  const leaves = topicsOf(left);
  return {
    type,
    streams: [stream.customer(standing.personId), stream.conversation(standing.id)],
    topics: [topic.conversations, ...topicsOf(standing), ...leaves, ...topics],
    ...clocks,
    details: {
      conversationId: standing.id,
      customerId: standing.personId,
      inboxId: standing.inboxId,
      channel: standing.channel,
      assigneeId: standing.assigneeId,
      ...(leaves.length > 0 ? { left: leaves } : {}),
      ...details,
    },
  };
}

function topicsOf({ inboxId, channel, assigneeId }: Partial<Pick<Standing, 'inboxId' | 'channel' | 'assigneeId'>>) {
  return [
    ...(inboxId ? [topic.inbox(inboxId)] : []),
    ...(channel ? [topic.channel(channel)] : []),
    ...(assigneeId ? [topic.assignee(assigneeId)] : []),
  ];
}
