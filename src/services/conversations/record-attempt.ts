import type { MessageId } from '../../values/ids.ts';
import type { DeliveryFailure } from '../../values/vocabulary.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { changeDelivery, storeDelivery, tellOfDelivery } from './change-delivery.ts';
import type { Delivery } from './delivery.ts';
import { carryOn } from './fall-back.ts';
import { lockMessage } from './hold-delivery.ts';
import { enqueueDelivery } from './queue-delivery.ts';
import type { Standing } from './conversation-fact.ts';

/** What came of one try to hand a message to its channel. */
export type Attempt =
  | { readonly state: 'sent' | 'delivered'; readonly providerId: string | null }
  | {
      readonly state: 'failed';
      readonly failure: DeliveryFailure;
      readonly failureText: string | null;
      /** When to try again. Null: not any more. */
      readonly retryAt: Date | null;
      /** True: the channel said that what the inbox sends with is gone; nothing more goes out until somebody sets it anew. */
      readonly isGone: boolean;
    };

/**
 * Stores what came of a try, after it: the try itself stands outside every transaction, which may run twice. The next try is put on the
 * queue in the same transaction. A try that somebody else has counted meanwhile (a worker that was given up too early) counts once.
 */
export async function recordAttempt(
  scope: Scope,
  { messageId, attemptCount }: { messageId: MessageId; attemptCount: number },
  attempt: Attempt,
): Promise<void> {
  await atomically(scope, async (tx) => {
    const locked = await lockMessage(tx, messageId);
    if (!locked) return;
    const { standing, delivery: before } = locked;
    const delivery = { ...before, attemptCount: Math.max(before.attemptCount, attemptCount + 1) };
    if (attempt.state !== 'failed') await succeed(tx, standing, delivery, attempt);
    else if (before.state === 'queued' && before.attemptCount === attemptCount)
      await fail(tx, standing, delivery, attempt);
  });
}

async function succeed(
  tx: TransactionScope,
  standing: Standing,
  delivery: Delivery,
  { state, providerId }: Exclude<Attempt, { state: 'failed' }>,
): Promise<void> {
  await storeDelivery(tx, delivery);
  await changeDelivery(tx, standing, delivery, { state, occurredAt: tx.now });
  if (providerId)
    await tx.db.sql`update deliveries set provider_id = ${providerId} where message_id = ${delivery.messageId}`;
}

async function fail(
  tx: TransactionScope,
  standing: Standing,
  delivery: Delivery,
  { failure, failureText, retryAt, isGone }: Extract<Attempt, { state: 'failed' }>,
): Promise<void> {
  if (isGone)
    await tx.db.sql`
      update inboxes set sending_stopped_at = coalesce(sending_stopped_at, ${tx.now}) where id = ${delivery.inboxId}`;
  const waiting = { ...delivery, failure, failureText, nextAttemptAt: retryAt };
  await storeDelivery(tx, waiting);
  if (!retryAt) {
    const report = { state: 'failed', occurredAt: tx.now, failure, failureText } as const;
    await carryOn(tx, standing, await changeDelivery(tx, standing, waiting, report));
    return;
  }
  tellOfDelivery(tx, standing, waiting);
  await enqueueDelivery(tx, waiting);
}
