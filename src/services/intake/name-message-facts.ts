import type { AgentId, InboxId, MessageId, OrderId } from '../../values/ids.ts';
import type { Channel, ConversationStatus } from '../../values/vocabulary.ts';
import { conversationFact, type Standing } from '../conversations/conversation-fact.ts';
import { recordFact } from '../events/atomically.ts';
import { topic } from '../events/fact.ts';
import type { TransactionScope } from '../scope.ts';
import type { CheckedMessage } from './inbound-message.ts';

/** A received message and where it went. */
interface Received {
  /** Where the conversation stands with the message. */
  readonly standing: Standing;
  readonly messageId: MessageId;
  /** As it stood before; null: the message opened it. */
  readonly conversation: {
    readonly status: ConversationStatus;
    readonly inboxId: InboxId;
    readonly channel: Channel;
    readonly assigneeId: AgentId | null;
  } | null;
  readonly joinedBy: string | undefined;
  /** Whether it asks for an agent. */
  readonly isRouted?: boolean;
  /** Orders that the conversation was linked to, because the message names them. */
  readonly linkedOrderIds: readonly OrderId[];
}

/** Names what a received message changed: the conversation opened or reopened, the message, and whom the conversation left. */
export function nameMessageFacts(
  tx: TransactionScope,
  message: CheckedMessage,
  { standing, messageId, conversation, joinedBy, isRouted, linkedOrderIds }: Received,
): void {
  const clocks = { occurredAt: message.occurredAt, receivedAt: message.receivedAt };
  if (!conversation)
    recordFact(tx, conversationFact(standing, { type: 'conversation.opened', ...clocks, details: { status: 'open' } }));
  else if (conversation.status !== 'open')
    recordFact(
      tx,
      conversationFact(standing, {
        type: 'conversation.reopened',
        ...clocks,
        left: conversation.assigneeId === standing.assigneeId ? {} : { assigneeId: conversation.assigneeId },
        details: { status: 'open', reason: 'message' },
      }),
    );
  const left = {
    ...(conversation && conversation.inboxId !== standing.inboxId ? { inboxId: conversation.inboxId } : {}),
    ...(conversation && conversation.channel !== standing.channel ? { channel: conversation.channel } : {}),
  };
  const details = { messageId, joinedBy: joinedBy ?? null };
  const topics = isRouted ? [topic.routing] : [];
  recordFact(tx, conversationFact(standing, { type: 'message.received', ...clocks, topics, left, details }));
  for (const orderId of linkedOrderIds)
    recordFact(
      tx,
      conversationFact(standing, { type: 'conversation.order_linked', details: { orderId, linkedBy: 'mention' } }),
    );
}
