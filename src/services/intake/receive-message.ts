import postgres from 'postgres';

import { newId, type ConversationId, type CustomerId, type MessageId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { topicOf } from '../../values/topics.ts';
import type { Viewer } from '../../values/viewer.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Standing } from '../conversations/conversation-fact.ts';
import { linkAttachments } from '../conversations/link-attachments.ts';
import { storeAttachments } from '../conversations/store-attachments.ts';
import { createCustomer } from '../customers/identify-customer.ts';
import { CONFIDENCE } from '../customers/insert-identities.ts';
import { activeRules } from '../customers/resolving/active-rules.ts';
import type { ToldIdentity } from '../customers/resolving/told-identity.ts';
import { atomically, StartOver } from '../events/atomically.ts';
import { obeyWord } from '../privacy/obey-word.ts';
import { openTask } from '../routing/tasks/open-task.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { chooseConversation, type Joinable } from './choose-conversation.ts';
import { detectLanguage } from './detect-language.ts';
import { readSender, resolveSender } from './find-sender.ts';
import { checkInbound, type CheckedMessage, type InboundMessage } from './inbound-message.ts';
import { lookUp, type Situation } from './look-up.ts';
import { mentionsIn } from './mentions.ts';
import { nameMessageFacts } from './name-message-facts.ts';
import { noteSensitive } from './note-sensitive.ts';
import { storeMessage } from './store-message.ts';

/** How long after its last message an open conversation takes in a message from another channel, in milliseconds. */
export const JOIN_WINDOW_MS = 72 * 3_600_000;
/** A message that comes in this late asks for no agent by itself. */
const OLDEST_ASKING_MS = 24 * 3_600_000;

/** What became of an inbound message. Ids only. */
export interface Receipt {
  readonly messageId: MessageId;
  readonly conversationId: ConversationId;
  readonly customerId: CustomerId;
  /** True: the source had delivered it before, nothing was changed. */
  readonly isRedelivery: boolean;
}

/**
 * Takes an inbound message: finds or makes customer, endpoint and conversation, stores it and names the facts, in one transaction
 * of four statements where the sender names one identity. A redelivery answers the first result.
 */
export function receiveMessage(
  scope: Scope,
  message: InboundMessage,
  options: { joinWindowMs?: number } = {},
): Promise<Receipt> {
  requireRight(scope.viewer, 'messages:receive');
  return atomically(scope, (tx) => takeMessage(tx, message, options.joinWindowMs));
}

/** Takes a message for a use case that has asked its own right and knows whose words they are. */
export async function takeMessage(
  tx: TransactionScope,
  inbound: InboundMessage,
  windowMs = JOIN_WINDOW_MS,
): Promise<Receipt> {
  const message = checkInbound(inbound, tx.now);
  const mentions = mentionsIn(`${message.subject ?? ''}\n${message.text}`);
  let sender = (await readSender(tx, message)) ?? (await resolveSender(tx, message));
  let situation = await lookUp(tx, message, { ...sender, mentions });
  if (!situation) throw new Refusal('NOT_FOUND', 'There is no inbox with this id or external id.', ['input', 'inbox']);
  if (situation.earlier) {
    const receipt = await redelivered(tx, situation.earlier, sender.address);
    if (receipt) return receipt;
    const { otherwiseId, ...rest } = inbound;
    if (otherwiseId === undefined) throw reused();
    return takeMessage(tx, { ...rest, externalId: otherwiseId }, windowMs);
  }
  if (sender.rulesVersion !== null && sender.rulesVersion !== situation.rulesVersion) {
    await activeRules(tx);
    return takeMessage(tx, inbound, windowMs);
  }
  if (situation.isShared) {
    sender = await resolveSender(tx, message);
    situation = (await lookUp(tx, message, { ...sender, mentions }))!;
  }
  if (situation.customerId === null) {
    const made = await createCustomer(tx, {
      identities: [sender.told!],
      ...{ displayName: message.sender.displayName, source: situation.channel, occurredAt: message.occurredAt },
      confidence: CONFIDENCE.carried,
    });
    // Another first message of the same sender was faster: what it made is visible by now.
    if (!made) return takeMessage(tx, inbound, windowMs);
    const nowhere = { conversation: null, address: sender.address, orderNumbers: [], seen: null };
    return store(tx, message, { ...situation, ...made }, nowhere);
  }
  const joined = chooseConversation(ownOf(situation, tx.viewer), {
    references: mentions.references,
    occurredAtMs: message.occurredAt.getTime(),
    windowMs,
    hasThread: message.threadId !== null,
  });
  return store(tx, message, situation, {
    conversation: joined?.conversation ?? null,
    joinedBy: joined?.by,
    address: sender.address,
    orderNumbers: mentions.orderNumbers,
    seen: sender.told,
  });
}

/** Who has not been named writes in conversations of their own, where they can read the answer. */
const ownOf = ({ candidates, customerId }: Situation, { isAnonymous }: Viewer): readonly Joinable[] =>
  isAnonymous ? candidates.filter((candidate) => candidate.customerId === customerId) : candidates;

/** Null: what came before under its id is another message. */
async function redelivered(
  tx: TransactionScope,
  { isSameText, isSameCustomer, ...ids }: NonNullable<Situation['earlier']>,
  address: string,
): Promise<Receipt | null> {
  if (isSameText && (isSameCustomer || (await cameFrom(tx, ids.messageId, address))))
    return { ...ids, isRedelivery: true };
  return null;
}

const reused = () =>
  new Refusal(
    'EXTERNAL_ID_REUSED',
    'This inbox received another message under this external id. Give each message an id of its own.',
    ['input', 'externalId'],
  );

/** Whether a message came from this address: whose it is may be somebody else's by now. */
async function cameFrom({ db: { sql } }: TransactionScope, messageId: MessageId, address: string): Promise<boolean> {
  const rows = await sql`
    select 1 from messages m join legs l on l.id = m.leg_id join endpoints e on e.id = l.endpoint_id
    where m.id = ${messageId} and e.address = ${address}`;
  return rows.length > 0;
}

async function store(
  tx: TransactionScope,
  message: CheckedMessage,
  situation: Situation,
  where: {
    conversation: Joinable | null;
    joinedBy?: string | undefined;
    address: string;
    orderNumbers: readonly string[];
    seen: ToldIdentity | null;
  },
): Promise<Receipt> {
  const { conversation } = where;
  const customerId = situation.customerId!;
  const personId = situation.personId!;
  const messageId = newId('message');
  const standing: Standing = {
    id: conversation?.id ?? newId('conversation'),
    personId,
    inboxId: situation.inboxId,
    channel: situation.channel,
    assigneeId: conversation?.status === 'resolved' ? null : (conversation?.assigneeId ?? null),
  };
  const linkedOrderIds = await storeMessage(tx, {
    message,
    situation,
    standing,
    messageId,
    address: where.address,
    seen: where.seen,
    legId: conversation?.legId ?? newId('leg'),
    isNewConversation: !conversation,
    language: conversation?.hasLanguage ? null : (message.language ?? detectLanguage(message.text)),
    topic: conversation?.hasTopic ? null : topicOf(`${message.subject ?? ''} ${message.text}`),
    orderNumbers: where.orderNumbers,
  }).catch(asLater);
  const place = { conversationId: standing.id, customerId, messageId };
  await storeAttachments(tx, place, message.attachments);
  await linkAttachments(tx, place, message.linkedFiles);
  const isRouted = situation.isRouted && asksForAgent(message, conversation, tx.now);
  if (isRouted) await openTask(tx, standing);
  nameMessageFacts(tx, message, {
    standing,
    messageId,
    conversation,
    joinedBy: where.joinedBy,
    isRouted,
    linkedOrderIds,
  });
  const { subject, text, occurredAt } = message;
  await noteSensitive(tx, { conversationId: standing.id, text, isPublic: situation.isPublic });
  await obeyWord(tx, {
    personId,
    customerId,
    channel: situation.channel,
    messageId,
    subject,
    text,
    occurredAt,
    isLive: true,
  });
  return { messageId, conversationId: standing.id, customerId, isRedelivery: false };
}

/** Nobody has the conversation, and somebody waits: what is told of later than this is history. */
const asksForAgent = (message: CheckedMessage, conversation: Joinable | null, now: Date) =>
  message.occurredAt.getTime() > now.getTime() - OLDEST_ASKING_MS &&
  (!conversation || conversation.status === 'resolved' || (conversation.assigneeId === null && !conversation.isHeld));

/** The same external id from two senders at the same moment: the second one begins again, and is then like any later one. */
function asLater(error: unknown): never {
  if (error instanceof postgres.PostgresError && error.constraint_name === 'messages_inbox_external_id')
    throw new StartOver();
  throw error;
}
