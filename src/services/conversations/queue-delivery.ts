import type { MessageId } from '../../values/ids.ts';
import type { TransactionScope } from '../scope.ts';
import { storeDelivery } from './change-delivery.ts';
import type { Delivery } from './delivery.ts';
import type { ReplyLeg } from './reply-leg.ts';

/** The queue of messages that go out; made with the tables, worked by live/courier.ts. */
export const DELIVERY_QUEUE = 'deliver-messages';

/** One try of a message. A job that was overtaken by another try is known by its count. */
export interface DeliveryJob {
  readonly messageId: MessageId;
  readonly attemptCount: number;
  /** The message has failed for good, and whoever wrote it decides what comes next. Absent: a try. */
  readonly next?: 'decide';
}

/**
 * Begins the delivery of a message that was just stored on a leg, in the same transaction; true when the courier is to carry it. A live
 * chat needs nobody to carry it: its widget hears of the message as everybody else does, so there it is sent with the commit. Where an
 * inbox has no bridge, whoever integrates it listens to our events and reports: there is no job that could try for ever.
 */
export async function queueDelivery(tx: TransactionScope, messageId: MessageId, leg: ReplyLeg): Promise<boolean> {
  const { inboxId, channel, endpointId } = leg;
  const isSent = channel === 'live_chat';
  const isCarried = !isSent && (channel === 'email' || (await hasBridge(tx, inboxId)));
  const delivery: Delivery = {
    ...{ messageId, inboxId, channel, endpointId },
    state: isSent ? 'sent' : 'queued',
    attemptCount: 0,
    nextAttemptAt: isCarried ? tx.now : null,
    failure: null,
    failureText: null,
    queuedAt: tx.now,
    sentAt: isSent ? tx.now : null,
    deliveredAt: null,
    readAt: null,
    failedAt: null,
  };
  await storeDelivery(tx, delivery);
  if (isCarried) await enqueueDelivery(tx, delivery);
  return isCarried;
}

/** Puts the next try on the queue, not before its time. One inbox does not take all workers. */
export async function enqueueDelivery(tx: TransactionScope, delivery: Delivery): Promise<void> {
  const { messageId, attemptCount, inboxId, nextAttemptAt } = delivery;
  const startAfter = nextAttemptAt !== null && nextAttemptAt > tx.now ? nextAttemptAt : null;
  await tx.db.enqueue(tx.db.sql, {
    queue: DELIVERY_QUEUE,
    data: { messageId, attemptCount },
    group: inboxId,
    startAfter,
  });
}

/** Asks whoever wrote a message that nobody waits for what comes after its failure. It is asked when the failure is stored, and not otherwise. */
export async function enqueueDecision(tx: TransactionScope, failed: Delivery): Promise<void> {
  const { messageId, attemptCount, inboxId } = failed;
  await tx.db.enqueue(tx.db.sql, {
    queue: DELIVERY_QUEUE,
    data: { messageId, attemptCount, next: 'decide' },
    group: inboxId,
    startAfter: null,
  });
}

async function hasBridge({ db: { sql } }: TransactionScope, inboxId: string): Promise<boolean> {
  const [row] = await sql<{ has: boolean }[]>`select bridge_url is not null as has from inboxes where id = ${inboxId}`;
  return row?.has ?? false;
}
