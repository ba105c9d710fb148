import { newId, type MessageId } from '../../values/ids.ts';
import { topicOf } from '../../values/topics.ts';
import type { Viewer } from '../../values/viewer.ts';
import type { Scope } from '../scope.ts';
import { chooseConversation, type Joinable, type JoinedBy } from './choose-conversation.ts';
import { detectLanguage } from './detect-language.ts';
import type { FoundSender } from './find-sender.ts';
import type { CheckedMessage } from './inbound-message.ts';
import type { Asking, Situation } from './situation.ts';
import type { Storing } from './store-messages.ts';

/** How long after its last message an open conversation takes in a message from another channel, in milliseconds. */
const JOIN_WINDOW_MS = 72 * 3_600_000;
/** A message that comes in this late asks for no agent by itself. */
const OLDEST_ASKING_MS = 24 * 3_600_000;

/** A message with what is known of its sender before the database is asked. */
export interface Letter extends Asking {
  readonly sender: Asking['sender'] & FoundSender;
}

/** A message whose conversation is decided. */
export interface Placed extends Storing {
  readonly messageId: MessageId;
  /** As it stood before; null: the message opens it. */
  readonly conversation: Joinable | null;
  readonly joinedBy: JoinedBy | undefined;
  /** Whether it asks for an agent. */
  readonly isRouted: boolean;
}

/** Decides where a message of a known customer goes, without the database. */
export function placeMessage({ viewer, now }: Scope, { message, sender }: Letter, situation: Situation): Placed {
  const { mentions } = sender;
  const joined = chooseConversation(ownOf(situation, viewer), {
    references: mentions.references,
    occurredAtMs: message.occurredAt.getTime(),
    windowMs: JOIN_WINDOW_MS,
    hasThread: message.threadId !== null,
  });
  const conversation = joined?.conversation ?? null;
  return {
    ...{ message, situation, now, conversation, joinedBy: joined?.by },
    standing: {
      id: conversation?.id ?? newId('conversation'),
      personId: situation.personId!,
      inboxId: situation.inboxId,
      channel: situation.channel,
      assigneeId: conversation?.status === 'resolved' ? null : (conversation?.assigneeId ?? null),
    },
    messageId: newId('message'),
    address: sender.address,
    seen: sender.named ?? (sender.told ? [sender.told] : []),
    legId: conversation?.legId ?? newId('leg'),
    isNewConversation: !conversation,
    language: conversation?.hasLanguage ? null : (message.language ?? detectLanguage(message.text)),
    topic: conversation?.hasTopic ? null : topicOf(`${message.subject ?? ''} ${message.text}`),
    orderNumbers: mentions.orderNumbers,
    isRouted: situation.isRouted && asksForAgent(message, conversation, now),
  };
}

/** Who has not been named writes in conversations of their own, where they can read the answer. */
const ownOf = ({ candidates, customerId }: Situation, { isAnonymous }: Viewer): readonly Joinable[] =>
  isAnonymous ? candidates.filter((candidate) => candidate.customerId === customerId) : candidates;

/** Nobody has the conversation, and somebody waits: what is told of later than this is history. */
const asksForAgent = (message: CheckedMessage, conversation: Joinable | null, now: Date) =>
  message.occurredAt.getTime() > now.getTime() - OLDEST_ASKING_MS &&
  (!conversation || conversation.status === 'resolved' || (conversation.assigneeId === null && !conversation.isHeld));
