import type { Sql } from '../../database/open-database.ts';
import type { ConversationId, CustomerId, OrderId, PromiseId } from '../../values/ids.ts';
import type { PromiseKind, PromiseState } from '../../values/promises.ts';

/** What somebody here promised a customer. */
export interface CustomerPromise {
  readonly id: PromiseId;
  /** The person that the customer is now. */
  readonly customerId: CustomerId;
  readonly orderId: OrderId | null;
  readonly conversationId: ConversationId | null;
  readonly kind: PromiseKind;
  readonly text: string;
  readonly dueAt: Date;
  readonly state: PromiseState;
  readonly madeAt: Date;
  readonly madeBy: string;
  readonly settledAt: Date | null;
  /** Null: nobody yet, or what was told of the order kept it. */
  readonly settledBy: string | null;
  readonly note: string | null;
}

/** Columns of promises (alias `p`). */
export const promiseColumns = (sql: Sql) => sql`
  p.id, coalesce((select l.person_id from person_links l where l.member_id = p.customer_id), p.customer_id) as customer_id,
  p.order_id, p.conversation_id, p.kind, p.text, p.due_at, p.state, p.made_at, p.made_by, p.settled_at, p.settled_by, p.note`;
