import type { ConversationId, CustomerId, MessageId } from '../../values/ids.ts';
import { withinReach } from '../customers/person-of.ts';
import { recordFact, StartOver } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import { conversationFact, type Standing } from './conversation-fact.ts';
import { deliveryColumns, withReport, type Delivery, type DeliveryReport } from './delivery.ts';

/**
 * Where a conversation stands, under the lock of its person, whatever became of the conversation since: a channel reports when it
 * pleases. Null when it is absent or beyond the reach of who reports.
 */
export async function lockStanding(tx: TransactionScope, conversationId: ConversationId): Promise<Standing | null> {
  const { sql } = tx.db;
  const [[locked], [row]] = await Promise.all([
    sql<{ id: CustomerId }[]>`
      select id from customers where id = (
        select coalesce(l.person_id, c.customer_id)
        from conversations c left join person_links l on l.member_id = c.customer_id
        where c.id = ${conversationId})
      for no key update`,
    sql<Standing[]>`
      select c.id, coalesce(p.person_id, c.customer_id) as person_id, c.inbox_id, c.channel, c.assignee_id
      from conversations c left join person_links p on p.member_id = c.customer_id
      where c.id = ${conversationId} and ${withinReach(tx, 'deliveries:write', 'c.customer_id')}`,
  ]);
  if (row && row.personId !== locked?.id) throw new StartOver();
  return row ?? null;
}

/** The delivery of a message, locked for a change; null: nothing is known of one. */
export async function lockDelivery(tx: TransactionScope, messageId: MessageId): Promise<Delivery | null> {
  const { sql } = tx.db;
  const [row] = await sql<Delivery[]>`
    select ${deliveryColumns(sql)} from deliveries d where d.message_id = ${messageId} for update`;
  return row ?? null;
}

/** Brings a report into a delivery and tells of a new state. Answers the delivery after it. */
export async function changeDelivery(
  tx: TransactionScope,
  standing: Standing,
  delivery: Delivery,
  report: DeliveryReport,
): Promise<Delivery> {
  const after = withReport(delivery, report);
  if (after === delivery) return delivery;
  await storeDelivery(tx, after);
  if (after.state !== delivery.state) tellOfDelivery(tx, standing, after);
  return after;
}

/** Stores a delivery as it is now, and its state beside the message. */
export async function storeDelivery(tx: TransactionScope, delivery: Delivery): Promise<void> {
  const { messageId, state, attemptCount, nextAttemptAt, failure, failureText } = delivery;
  const { sentAt, deliveredAt, readAt, failedAt } = delivery;
  await tx.db.sql`
    with message as (
      update messages set delivery_state = ${state} where id = ${messageId} and delivery_state is distinct from ${state}
    )
    insert into deliveries (message_id, inbox_id, channel, endpoint_id, state, attempt_count, next_attempt_at, failure, failure_text,
      queued_at, sent_at, delivered_at, read_at, failed_at)
    values (${messageId}, ${delivery.inboxId}, ${delivery.channel}, ${delivery.endpointId}, ${state}, ${attemptCount},
      ${nextAttemptAt}, ${failure}, ${failureText}, ${delivery.queuedAt}, ${sentAt}, ${deliveredAt}, ${readAt}, ${failedAt})
    on conflict (message_id) do update set state = excluded.state, attempt_count = excluded.attempt_count,
      next_attempt_at = excluded.next_attempt_at, failure = excluded.failure, failure_text = excluded.failure_text,
      sent_at = excluded.sent_at, delivered_at = excluded.delivered_at, read_at = excluded.read_at, failed_at = excluded.failed_at`;
}

/** Tells of what became of a message: to the person's stream and the conversation's. No words of the channel: they may name the customer. */
export function tellOfDelivery(tx: TransactionScope, standing: Standing, delivery: Delivery): void {
  const { messageId, state, failure, attemptCount } = delivery;
  const reason = state === 'queued' || state === 'failed' ? failure : null;
  recordFact(
    tx,
    conversationFact(standing, {
      type: 'message.delivery_changed',
      details: { messageId, state, reason, attemptCount, deliveryChannel: delivery.channel },
    }),
  );
}
