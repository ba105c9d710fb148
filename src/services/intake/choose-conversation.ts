import type { AgentId, ConversationId, CustomerId, InboxId, LegId } from '../../values/ids.ts';
import type { Channel, ConversationStatus } from '../../values/vocabulary.ts';

/** A conversation of the sender's own person that a message could belong to. Times in milliseconds since 1970. */
export interface Joinable {
  readonly id: ConversationId;
  readonly reference: string;
  /** References of conversations that were merged into it. */
  readonly mergedReferences: readonly string[];
  readonly status: ConversationStatus;
  readonly customerId: CustomerId;
  readonly inboxId: InboxId;
  readonly channel: Channel;
  readonly assigneeId: AgentId | null;
  /** Whether a party has control of it. */
  readonly isHeld: boolean;
  readonly hasLanguage: boolean;
  readonly hasTopic: boolean;
  readonly openedAtMs: number;
  readonly lastMessageAtMs: number;
  readonly inThread: boolean;
  /** The text names an address or an order number that this conversation knows. */
  readonly isSpokenOf: boolean;
  /** The leg on the endpoint that the message came from; null: it would be a new one. */
  readonly legId: LegId | null;
}

export type JoinedBy = 'thread' | 'reference' | 'mention' | 'endpoint' | 'window';

/**
 * Which conversation a message continues, the surest sign first: the source's own thread, a reference in the text, what the sender
 * speaks of, the same endpoint, a time window over all channels. Null: it opens a new one.
 *
 * Every candidate belongs to the sender's person: a reference or an address that somebody else knows joins nothing. Only a thread
 * continues a resolved conversation, a snoozed one goes on like an open one; a message far away in time does not slip into one of
 * another channel.
 */
export function chooseConversation(
  candidates: readonly Joinable[],
  message: { references: readonly string[]; occurredAtMs: number; windowMs: number; hasThread: boolean },
): { conversation: Joinable; by: JoinedBy } | null {
  const newestFirst = [...candidates].sort((a, b) => b.lastMessageAtMs - a.lastMessageAtMs || (a.id < b.id ? 1 : -1));
  const unresolved = newestFirst.filter(({ status }) => status !== 'resolved');
  const near = (candidate: Joinable) =>
    message.occurredAtMs - candidate.lastMessageAtMs <= message.windowMs &&
    candidate.openedAtMs - message.occurredAtMs <= message.windowMs;

  const thread = newestFirst.find(({ inThread }) => inThread);
  if (thread) return { conversation: thread, by: 'thread' };
  const referred = unresolved.find(({ reference, mergedReferences }) =>
    [reference, ...mergedReferences].some((known) => message.references.includes(known)),
  );
  if (referred) return { conversation: referred, by: 'reference' };
  // A thread that is not known yet is a new issue, whatever else is open.
  if (message.hasThread) return null;
  const spokenOf = unresolved.find(({ isSpokenOf }) => isSpokenOf);
  if (spokenOf) return { conversation: spokenOf, by: 'mention' };
  const sameEndpoint = unresolved.find(({ legId }) => legId !== null);
  if (sameEndpoint) return { conversation: sameEndpoint, by: 'endpoint' };
  const recent = unresolved.find(near);
  return recent ? { conversation: recent, by: 'window' } : null;
}
