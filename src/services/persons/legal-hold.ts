import type { Sql } from '../../database/open-database.ts';
import type { CustomerId, LegalHoldId, OrderId } from '../../values/ids.ts';

/** Whom or what nobody may remove. */
export interface LegalHold {
  readonly id: LegalHoldId;
  /** One of the two. */
  readonly customerId: CustomerId | null;
  readonly orderId: OrderId | null;
  readonly reference: string;
  readonly placedAt: Date;
  readonly placedBy: string;
  /** Null: it is in force. */
  readonly releasedAt: Date | null;
  readonly releasedBy: string | null;
}

export const holdColumns = (sql: Sql) => sql`
  h.id, h.customer_id, h.order_id, h.reference, h.placed_at, h.placed_by, h.released_at, h.released_by`;
