import type { Sql } from '../../database/open-database.ts';
import type { CustomerId, MessageId, NoticeId, OrderId } from '../../values/ids.ts';
import type { NoticeKind, NoticeState, WithheldReason } from '../../values/notices.ts';
import { type Fact, stream } from '../events/fact.ts';

/** What a customer is told of an order unasked. */
export interface Notice {
  readonly id: NoticeId;
  /** The person that the customer is now. */
  readonly customerId: CustomerId;
  readonly orderId: OrderId;
  readonly kind: NoticeKind;
  /** The source's id of the parcel, refund or return within the order. */
  readonly about: string;
  /** Of a delay: when the parcel was expected as far as the customer knows. */
  readonly expectedAt: Date | null;
  readonly state: NoticeState;
  readonly dueAt: Date;
  readonly raisedAt: Date | null;
  readonly settledAt: Date | null;
  readonly reason: WithheldReason | null;
  readonly messageId: MessageId | null;
}

/** What came to be true just now. */
export type Raised = Pick<Notice, 'id' | 'kind' | 'orderId'>;

/** Columns of notices (alias `n`). */
export const noticeColumns = (sql: Sql) => sql`
  n.id, coalesce((select l.person_id from person_links l where l.member_id = n.customer_id), n.customer_id) as customer_id,
  n.order_id, n.kind, n.about, n.expected_at, n.state, n.due_at, n.raised_at, n.settled_at, n.reason, n.message_id`;

/** That there is news for a customer, told once whatever becomes of the message: on the streams of the person and the order. */
export const noticeRaised = ({ id, kind, orderId, customerId }: Raised & Pick<Notice, 'customerId'>): Fact => ({
  type: 'notice.raised',
  streams: [stream.customer(customerId), stream.order(orderId)],
  details: { noticeId: id, noticeKind: kind, orderId, customerId },
});
