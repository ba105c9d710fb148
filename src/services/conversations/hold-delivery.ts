import type { ConversationId, MessageId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';
import { changeDelivery, lockDelivery, lockStanding, storeDelivery, tellOfDelivery } from './change-delivery.ts';
import type { Standing } from './conversation-fact.ts';
import type { Delivery } from './delivery.ts';
import { enqueueDelivery } from './queue-delivery.ts';

/** A message that we sent, under the locks that a change of its delivery takes. */
export interface LockedDelivery {
  readonly standing: Standing;
  readonly delivery: Delivery;
}

/** Null: it is gone, or was never sent by us. */
export async function lockMessage(tx: TransactionScope, messageId: MessageId): Promise<LockedDelivery | null> {
  const [message] = await tx.db.sql<{ conversationId: ConversationId }[]>`
    select conversation_id from messages where id = ${messageId}`;
  const standing = message && (await lockStanding(tx, message.conversationId));
  const delivery = standing && (await lockDelivery(tx, messageId));
  return delivery ? { standing, delivery } : null;
}

/**
 * Leaves a message that waits for its next try alone until then, under the same id: its channel knows it, should it have had it already. It is
 * not late meanwhile, and nothing failed.
 */
export async function postponeDelivery(
  tx: TransactionScope,
  { standing, delivery }: LockedDelivery,
  until: Date,
): Promise<void> {
  // A job that is given twice plans one try.
  const isPlanned = delivery.nextAttemptAt !== null && delivery.nextAttemptAt >= until;
  if (delivery.state !== 'queued' || isPlanned) return;
  const waiting = { ...delivery, nextAttemptAt: until, failure: null, failureText: null };
  await storeDelivery(tx, waiting);
  tellOfDelivery(tx, standing, waiting);
  await enqueueDelivery(tx, waiting);
}

/** Takes a message back that has not gone out. */
export async function withdrawDelivery(
  tx: TransactionScope,
  { standing, delivery }: LockedDelivery,
  failureText: string | null = null,
): Promise<void> {
  if (delivery.state !== 'queued') return;
  const failed = { state: 'failed', occurredAt: tx.now, failure: 'withdrawn', failureText } as const;
  await changeDelivery(tx, standing, delivery, failed);
}
