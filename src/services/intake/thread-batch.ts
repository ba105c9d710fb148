import {
  newId,
  type ConversationId,
  type CustomerId,
  type EndpointId,
  type InboxId,
  type LegId,
  type MessageId,
} from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { topicOf } from '../../values/topics.ts';
import type { TransactionScope } from '../scope.ts';
import type { Arrival } from './arrival.ts';
import { detectLanguage } from './detect-language.ts';
import { messageKey, placeKey, type ThreadDraft, type ThreadSituation } from './look-up-threads.ts';
import { nameMessageFacts } from './name-message-facts.ts';
import type { Receipt } from './keep-placed.ts';

/** A message as it will be stored. */
export interface StoredMessage extends Arrival {
  readonly id: MessageId;
  readonly conversationId: ConversationId;
  readonly legId: LegId;
}

/** The rows that a batch of messages makes and changes, grown message by message. */
export class ThreadBatch {
  readonly conversations = new Map<string, ThreadDraft>();
  readonly endpoints = new Map<
    string,
    { id: EndpointId; inboxId: InboxId; customerId: CustomerId; address: string; isPublic: boolean }
  >();
  readonly legs = new Map<
    string,
    { id: LegId; conversationId: ConversationId; endpointId: EndpointId; at: Date; until: Date }
  >();
  readonly messages: StoredMessage[] = [];
  private readonly byThread = new Map<string, ThreadDraft>();
  private readonly tx: TransactionScope;
  private readonly situation: ThreadSituation;

  constructor(tx: TransactionScope, situation: ThreadSituation) {
    this.tx = tx;
    this.situation = situation;
    // The newest first: the first of a thread wins, as in chooseConversation.
    for (const draft of situation.drafts) this.remember(draft);
  }

  take(arrival: Arrival): Receipt {
    const { message, customerId } = arrival;
    const key = messageKey({ inboxId: arrival.inboxId, externalId: message.externalId });
    const earlier = this.situation.earlier.get(key);
    if (earlier) {
      const { text, ...ids } = earlier;
      if (text === message.text && ids.customerId === customerId) return { ...ids, isRedelivery: true };
      throw new Refusal(
        'EXTERNAL_ID_REUSED',
        'This inbox received another message under this external id. Give each message an id of its own.',
        ['externalId'],
      );
    }
    const messageId = newId('message');
    const conversation = this.put(arrival, messageId);
    const receipt = { messageId, conversationId: conversation.id, customerId };
    this.situation.earlier.set(key, { ...receipt, text: message.text });
    return { ...receipt, isRedelivery: false };
  }

  private put(arrival: Arrival, messageId: MessageId): ThreadDraft {
    const { message, inboxId, channel } = arrival;
    const inThread = this.byThread.get(threadKey(arrival.personId, message.threadId!));
    const referred = inThread ? undefined : this.unresolvedByReference(arrival);
    const before = inThread ?? referred;
    const conversation = before ?? this.open(arrival);
    const standing = {
      id: conversation.id,
      personId: arrival.personId,
      inboxId,
      channel,
      assigneeId: conversation.status === 'resolved' ? null : conversation.assigneeId,
    };
    nameMessageFacts(this.tx, message, {
      standing,
      messageId,
      conversation: before ? { ...before } : null,
      joinedBy: inThread ? 'thread' : referred ? 'reference' : undefined,
      // Linked for the whole batch together, when its rows stand.
      linkedOrderIds: [],
    });
    const { occurredAt } = message;
    conversation.status = 'open';
    conversation.assigneeId = standing.assigneeId;
    conversation.inboxId = inboxId;
    conversation.channel = channel;
    conversation.subject ??= message.subject;
    conversation.topic ??= topicOf(`${message.subject ?? ''} ${message.text}`);
    conversation.language ??= message.language ?? detectLanguage(message.text);
    if (occurredAt > conversation.lastMessageAt) conversation.lastMessageAt = occurredAt;
    this.conversations.set(conversation.id, conversation);
    const legId = this.legOf(conversation, arrival);
    this.messages.push({ ...arrival, id: messageId, conversationId: conversation.id, legId });
    return conversation;
  }

  private unresolvedByReference({ personId, references }: Arrival): ThreadDraft | undefined {
    if (references.length === 0) return undefined;
    return this.situation.drafts.find(
      (draft) =>
        draft.personId === personId &&
        draft.status !== 'resolved' &&
        draft.knownAs.some((known) => references.includes(known)),
    );
  }

  private open({ message, customerId, personId, inboxId, channel }: Arrival): ThreadDraft {
    const reference = this.situation.freeReferences.pop()!;
    const draft: ThreadDraft = {
      id: newId('conversation'),
      reference,
      knownAs: [reference],
      customerId,
      personId,
      threadKeys: message.threadId === null ? [] : [message.threadId],
      subject: null,
      topic: null,
      language: null,
      status: 'open',
      assigneeId: null,
      inboxId,
      channel,
      openedAt: message.occurredAt,
      lastMessageAt: message.occurredAt,
      legs: new Map(),
    };
    this.remember(draft);
    return draft;
  }

  private remember(draft: ThreadDraft): void {
    for (const key of draft.threadKeys.map((name) => threadKey(draft.personId, name)))
      if (!this.byThread.has(key)) this.byThread.set(key, draft);
  }

  private legOf(conversation: ThreadDraft, arrival: Arrival): LegId {
    const place = placeKey(arrival);
    const legId = conversation.legs.get(place) ?? newId('leg');
    conversation.legs.set(place, legId);
    const { occurredAt } = arrival.message;
    const leg = this.legs.get(legId) ?? {
      id: legId,
      conversationId: conversation.id,
      endpointId: this.endpointOf(arrival),
      at: occurredAt,
      until: occurredAt,
    };
    this.legs.set(legId, occurredAt > leg.until ? { ...leg, until: occurredAt } : leg);
    return legId;
  }

  private endpointOf({ inboxId, address, isPublic, customerId }: Arrival): EndpointId {
    const key = `${customerId} ${placeKey({ inboxId, address, isPublic })}`;
    const known = this.situation.endpoints.get(key);
    if (known) return known;
    const id = newId('endpoint');
    this.situation.endpoints.set(key, id);
    this.endpoints.set(key, { id, inboxId, customerId, address, isPublic });
    return id;
  }
}
const threadKey = (personId: CustomerId, threadId: string) => `${personId} ${threadId}`;
