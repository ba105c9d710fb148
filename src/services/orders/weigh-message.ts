import type { MessageId, OrderId } from '../../values/ids.ts';
import type { NoticeKind } from '../../values/notices.ts';
import { requireRight } from '../access/role-rights.ts';
import { lockMessage, postponeDelivery, withdrawDelivery } from '../conversations/hold-delivery.ts';
import { atomically } from '../events/atomically.ts';
import { leaveToWrite } from '../privacy/leave-to-write.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { askLeave } from './ask-leave.ts';
import { lockTold } from './lock-notice.ts';
import type { Notice } from './notice.ts';
import { readNews } from './read-news.ts';
import { endNotice, settleNotice, tellAnew } from './settle-notice.ts';

/** What a message that nobody waits for says, where that is told by a notice. */
export interface Said extends Pick<Notice, 'kind' | 'about'> {
  readonly orderId: OrderId;
}

/** Whether a message may be tried now. */
export interface Weighed {
  readonly mayGo: boolean;
  /** Null: it is of no notice, or it does not go. */
  readonly says: Said | null;
}

const STAYS: Weighed = { mayGo: false, says: null };

/**
 * Weighs a message that nobody waits for anew, before each of its tries: since it was written, or tried in vain, it may have become night where
 * the customer is, they may have said that they want to hear nothing, or it may be true no more. What may not go now waits under its id; what
 * may not go at all is taken back.
 */
export async function weighMessage(scope: Scope, messageId: MessageId, kinds: readonly NoticeKind[]): Promise<Weighed> {
  requireRight(scope.viewer, 'orders:write');
  return atomically(scope, async (tx) => {
    const notice = await lockTold(tx, messageId);
    if (notice?.state !== 'sent') return { mayGo: notice === null, says: null };
    const found = await readNews(tx, notice);
    if (!found || found.notBefore) {
      await takeBack(tx, messageId);
      if (found?.notBefore) await tellAnew(tx, notice, found.notBefore);
      else await endNotice(tx, notice, { state: 'overtaken' });
      return STAYS;
    }
    const leave = await askLeave(tx, notice, kinds);
    if ('reader' in leave && (await isClosed(tx, notice, messageId))) {
      await takeBack(tx, messageId);
      // Over another channel, which they may have left open.
      await settleNotice(tx, notice, kinds);
      return STAYS;
    }
    if ('reader' in leave) {
      const { orderId, kind, about } = notice;
      return { mayGo: true, says: { orderId, kind, about } };
    }
    if ('until' in leave) {
      const message = await lockMessage(tx, messageId);
      if (message) await postponeDelivery(tx, message, leave.until);
      return STAYS;
    }
    await takeBack(tx, messageId);
    await endNotice(tx, notice, { state: 'withheld', reason: leave.reason });
    return STAYS;
  });
}

/** The person said STOP where the message would go, since it was written. */
async function isClosed(tx: TransactionScope, { customerId }: Notice, messageId: MessageId): Promise<boolean> {
  const message = await lockMessage(tx, messageId);
  if (!message) return false;
  const { refusedBy } = await leaveToWrite(tx, customerId, {
    purpose: 'order_updates',
    channel: message.delivery.channel,
  });
  return refusedBy !== null;
}

async function takeBack(tx: TransactionScope, messageId: MessageId): Promise<void> {
  const message = await lockMessage(tx, messageId);
  if (message) await withdrawDelivery(tx, message);
}
