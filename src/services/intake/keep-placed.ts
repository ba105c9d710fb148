import postgres from 'postgres';

import { newId, type ConversationId, type CustomerId, type MessageId, type OrderId } from '../../values/ids.ts';
import { linkAttachments } from '../conversations/link-attachments.ts';
import { storeAttachments } from '../conversations/store-attachments.ts';
import { StartOver } from '../events/atomically.ts';
import { obeyWord } from '../privacy/obey-word.ts';
import { countAtOnce } from '../routing/clocks/count-at-once.ts';
import { receiveCustomer } from '../routing/reception/receive-customer.ts';
import { openTask, openTasks } from '../routing/tasks/open-task.ts';
import type { TransactionScope } from '../scope.ts';
import { nameMessageFacts } from './name-message-facts.ts';
import { noteSensitive } from './note-sensitive.ts';
import type { Placed } from './place-message.ts';
import { storeMessages } from './store-messages.ts';

/** What became of an inbound message. Ids only. */
export interface Receipt {
  readonly messageId: MessageId;
  readonly conversationId: ConversationId;
  readonly customerId: CustomerId;
  /** True: the source had delivered it before, nothing was changed. */
  readonly isRedelivery: boolean;
}

/** Stores messages of different persons, whose locks are the caller's, and names the facts. Answers in their order. */
export async function keepPlaced(tx: TransactionScope, placed: readonly Placed[]): Promise<readonly Receipt[]> {
  const ids = placed.map(({ standing }) => standing.id);
  // In one flight, in this order: the clocks are looked for among what is stored by then.
  const [linked] = await Promise.all([storeMessages(tx, placed), countAtOnce(tx, ids)]).catch(asLater);
  const receipts: Receipt[] = [];
  for (const [index, each] of placed.entries()) receipts.push(await follow(tx, each, linked[index]!));
  return receipts;
}

/** What follows from a message that is stored. */
async function follow(tx: TransactionScope, placed: Placed, linkedOrderIds: readonly OrderId[]): Promise<Receipt> {
  const { message, situation, standing, messageId, isRouted } = placed;
  const ids = { conversationId: standing.id, customerId: situation.customerId!, messageId };
  await storeAttachments(tx, ids, message.attachments);
  await linkAttachments(tx, ids, message.linkedFiles);
  if (isRouted) await ask(tx, placed);
  nameMessageFacts(tx, message, { ...placed, linkedOrderIds });
  const { subject, text, occurredAt } = message;
  await noteSensitive(tx, { conversationId: standing.id, text, isPublic: situation.isPublic });
  await obeyWord(tx, {
    ...{ personId: standing.personId, customerId: ids.customerId, channel: situation.channel, messageId },
    ...{ subject, text, occurredAt, isLive: true },
  });
  return { ...ids, isRedelivery: false };
}

/** Nobody serves who wrote: an agent is asked for, unless the policy of the inbox leaves the first word to a bot. */
async function ask(tx: TransactionScope, { standing, situation }: Placed): Promise<void> {
  if (!situation.asksPolicy) return void (await openTask(tx, standing));
  const { by, signals } = await receiveCustomer(tx, standing);
  if (by === 'bot') return;
  await openTasks(tx, [{ ...standing, taskId: newId('routingTask') }], { signals: new Map([[standing.id, signals]]) });
}

/** The same external id from two senders at the same moment: the second one begins again, and is then like any later one. */
function asLater(error: unknown): never {
  if (error instanceof postgres.PostgresError && error.constraint_name === 'messages_inbox_external_id')
    throw new StartOver();
  throw error;
}
