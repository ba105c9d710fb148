import type { Sql } from '../../database/open-database.ts';
import type { EndpointId, InboxId, MessageId } from '../../values/ids.ts';
import type { Channel, DeliveryFailure, DeliveryState } from '../../values/vocabulary.ts';

/** What became of a message that we sent. */
export interface Delivery {
  readonly messageId: MessageId;
  readonly inboxId: InboxId;
  readonly channel: Channel;
  readonly endpointId: EndpointId;
  readonly state: DeliveryState;
  readonly attemptCount: number;
  readonly nextAttemptAt: Date | null;
  readonly failure: DeliveryFailure | null;
  readonly failureText: string | null;
  readonly queuedAt: Date;
  readonly sentAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly readAt: Date | null;
  readonly failedAt: Date | null;
}

/** One report of a state, by a channel, an integration or the customer's own device. */
export interface DeliveryReport {
  readonly state: Exclude<DeliveryState, 'queued'>;
  /** The reporter's clock. */
  readonly occurredAt: Date;
  /** Of a failure. */
  readonly failure?: DeliveryFailure | null | undefined;
  readonly failureText?: string | null | undefined;
}

/**
 * What beats what. A failure is overruled by proof that the message arrived all the same (a channel that answered too late, a mailbox
 * that bounced one copy of two), never by another word that it was sent.
 */
const RANK: Record<DeliveryState, number> = { queued: 0, sent: 1, failed: 2, delivered: 3, read: 4 };

const CLOCK = { sent: 'sentAt', failed: 'failedAt', delivered: 'deliveredAt', read: 'readAt' } as const;

/**
 * The delivery after a report. The highest state wins and each clock keeps its earliest moment, so that reports may come in any order
 * and any number of times and leave the same delivery. Answers the very same object when the report says nothing new.
 */
export function withReport<D extends Delivery>(delivery: D, report: DeliveryReport): D {
  const clock = CLOCK[report.state];
  const known = delivery[clock];
  const isFirst = known === null || report.occurredAt < known;
  const isHigher = RANK[report.state] > RANK[delivery.state];
  const explains =
    report.state === 'failed' && (isFirst || (isSameMoment(known, report) && isLesser(report, delivery)));
  if (!isFirst && !isHigher && !explains) return delivery;
  return {
    ...delivery,
    ...(isFirst ? { [clock]: report.occurredAt } : {}),
    ...(isHigher ? { state: report.state, nextAttemptAt: null } : {}),
    ...(explains ? { failure: report.failure ?? 'rejected', failureText: report.failureText ?? null } : {}),
  };
}

const isSameMoment = (known: Date | null, report: DeliveryReport) => known?.getTime() === report.occurredAt.getTime();

/** Of two failures at one moment the lesser text is kept: any rule does that does not ask which came first. */
const isLesser = (report: DeliveryReport, delivery: Delivery) =>
  reasonText(report.failure ?? 'rejected', report.failureText) < reasonText(delivery.failure, delivery.failureText);

const reasonText = (...parts: readonly (string | null | undefined)[]) => parts.map((part) => part ?? '').join('\n');

export const deliveryColumns = (sql: Sql) => sql`
  d.message_id, d.inbox_id, d.channel, d.endpoint_id, d.state, d.attempt_count, d.next_attempt_at, d.failure, d.failure_text,
  d.queued_at, d.sent_at, d.delivered_at, d.read_at, d.failed_at`;
