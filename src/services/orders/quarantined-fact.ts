import type { CustomerId, OrderId, QuarantinedFactId } from '../../values/ids.ts';
import type { QuarantineReason, QuarantineState } from '../../values/quarantine.ts';

/** A fact that is authentic and cannot be true: without effect until a person lets it in. */
export interface QuarantinedFact {
  readonly id: QuarantinedFactId;
  readonly source: string;
  readonly sourceEventId: string;
  /** Kind of the fact, for example `refund_recorded`. */
  readonly kind: string;
  readonly reason: QuarantineReason;
  readonly state: QuarantineState;
  /** Null: it is no fact of an order. */
  readonly orderNumber: string | null;
  readonly orderId: OrderId | null;
  /** Who ordered. Null: it is no fact of an order that is known. */
  readonly customerId: CustomerId | null;
  /** What was told, without who ordered and to where. */
  readonly body: object;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly recordedAt: Date;
  readonly decidedAt: Date | null;
  /** Principal. Null: nobody has decided. */
  readonly decidedBy: string | null;
  readonly note: string | null;
}
