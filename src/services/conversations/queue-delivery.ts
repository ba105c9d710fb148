import type { MessageId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';
import { storeDelivery } from './change-delivery.ts';
import type { ReplyLeg } from './reply-leg.ts';

/**
 * Begins the delivery of a message that was just stored on a leg, in the same transaction. A live chat needs nobody to carry it: its
 * widget hears of the message as everybody else does, so there it is sent with the commit.
 */
export async function queueDelivery(tx: TransactionScope, messageId: MessageId, leg: ReplyLeg): Promise<void> {
  const { inboxId, channel, endpointId } = leg;
  const isSent = channel === 'live_chat';
  await storeDelivery(tx, {
    ...{ messageId, inboxId, channel, endpointId },
    state: isSent ? 'sent' : 'queued',
    attemptCount: 0,
    nextAttemptAt: null,
    failure: null,
    failureText: null,
    queuedAt: tx.now,
    sentAt: isSent ? tx.now : null,
    deliveredAt: null,
    readAt: null,
    failedAt: null,
  });
}
