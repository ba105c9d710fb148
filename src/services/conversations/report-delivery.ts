import { checkOptionalText } from '../../values/check-text.ts';
import type { ConversationId, InboxId, MessageId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { DeliveryState } from '../../values/vocabulary.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { changeDelivery, lockDelivery, lockStanding } from './change-delivery.ts';
import type { Delivery, DeliveryReport } from './delivery.ts';
import { carryOn } from './fall-back.ts';

/** What somebody outside says became of a message that we sent. */
export interface ReportedDelivery extends Omit<DeliveryReport, 'state'> {
  readonly state: DeliveryState;
  /** Our id of the message, or else the channel's. */
  readonly messageId?: string | null;
  /** The channel's id of the message; counts within the inbox only. */
  readonly externalId?: string | null;
  /** The inbox that reports: it speaks of its own messages only. Null: whoever reports may speak of all. */
  readonly inboxId?: string | null;
}

const LONGEST_REASON = 1_000;

/**
 * Takes a report of what became of a sent message. A report that says nothing new changes nothing. Customers report of their own
 * conversations, and only that something arrived or was read. Refuses: NOT_FOUND, NOT_ALLOWED, INVALID_INPUT.
 */
export async function reportDelivery(scope: Scope, reported: ReportedDelivery): Promise<MessageId> {
  const reach = requireRight(scope.viewer, 'deliveries:write');
  const report = checkReport(scope, reported);
  if (reach === 'own' && report.state !== 'delivered' && report.state !== 'read')
    throw new Refusal('NOT_ALLOWED', 'You may only report that a message was delivered or read.', ['input', 'state']);
  return atomically(scope, async (tx) => {
    const found = await findSent(tx, reported);
    if (!found) throw absent();
    const standing = await lockStanding(tx, found.conversationId);
    if (!standing) throw absent();
    const delivery = (await lockDelivery(tx, found.messageId)) ?? unknownSoFar(found);
    const after = await changeDelivery(tx, standing, delivery, report);
    if (after.state === 'failed' && delivery.state !== 'failed') await carryOn(tx, standing, after);
    return found.messageId;
  });
}

const absent = () => new Refusal('NOT_FOUND', 'There is no message of ours with this id that you can see.', ['id']);

function checkReport({ now }: Scope, reported: ReportedDelivery): DeliveryReport {
  const { state, failure } = reported;
  if (state === 'queued')
    throw new Refusal('INVALID_INPUT', '`state` must be sent, delivered, read or failed.', ['input', 'state']);
  if (state !== 'failed' && failure)
    throw new Refusal('INVALID_INPUT', 'Only a failure has a `reason`; leave it out.', ['input', 'reason']);
  if (failure === 'withdrawn')
    throw new Refusal('INVALID_INPUT', 'No channel takes a message back: say what it did, for example REJECTED.', [
      'input',
      'reason',
    ]);
  const failureText = checkOptionalText(reported.failureText, ['input', 'reasonText'], LONGEST_REASON);
  // A clock that runs ahead would keep every later report of the same state from counting as the earlier one.
  const occurredAt = reported.occurredAt < now ? reported.occurredAt : now;
  return { state, occurredAt, failure: failure ?? null, failureText: state === 'failed' ? failureText : null };
}

interface Sent extends Pick<Delivery, 'messageId' | 'inboxId' | 'channel' | 'endpointId' | 'queuedAt'> {
  readonly conversationId: ConversationId;
}

/** A public message of ours by its own id, by the id that the channel gave it, or by the one that it was recorded under. */
async function findSent({ db: { sql } }: TransactionScope, reported: ReportedDelivery): Promise<Sent | null> {
  const { messageId, externalId } = reported;
  const inboxId = (reported.inboxId ?? null) as InboxId | null;
  if (!messageId && !(externalId && inboxId)) return null;
  const named = messageId
    ? sql`m.id = ${messageId} and (${inboxId}::text is null or m.inbox_id = ${inboxId})`
    : sql`m.id = coalesce(
        (select d.message_id from deliveries d where d.inbox_id = ${inboxId} and d.provider_id = ${externalId!}
          order by d.message_id desc limit 1),
        (select e.id from messages e where e.inbox_id = ${inboxId} and e.external_id = ${externalId!}))`;
  const [row] = await sql<Sent[]>`
    select m.id as message_id, m.conversation_id, m.inbox_id, i.channel, l.endpoint_id, m.occurred_at as queued_at
    from messages m join inboxes i on i.id = m.inbox_id join legs l on l.id = m.leg_id
    where ${named} and m.direction = 'outbound' and m.visibility = 'public'`;
  return row ?? null;
}

/** Somebody else sent it (an import, another desk): the first report makes its delivery. */
const unknownSoFar = ({ messageId, inboxId, channel, endpointId, queuedAt }: Sent): Delivery => ({
  ...{ messageId, inboxId, channel, endpointId, queuedAt },
  state: 'queued',
  attemptCount: 0,
  nextAttemptAt: null,
  failure: null,
  failureText: null,
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  failedAt: null,
});
