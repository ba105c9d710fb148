import type {
  CustomerId,
  FulfilmentOrderId,
  OrderId,
  PartnerId,
  PaymentId,
  ReturnId,
  ShipmentId,
  TrackingEventId,
} from '../../values/ids.ts';
import type { OrderLineId, VariantId } from '../../values/ids.ts';
import type { FulfilmentStatus, OrderReturnStatus } from '../../values/order-axes.ts';
import type { SourceKind } from '../../values/sources.ts';
import type {
  FulfilmentMethod,
  FulfilmentOrderStatus,
  OrderStatus,
  PaymentKind,
  PaymentState,
  PaymentStatus,
  ReturnOutcome,
  ReturnStatus,
  ShipmentStatus,
} from '../../values/vocabulary.ts';
import type { FoldedReturnLine, ReturnStep } from './fold-return.ts';
import type { PostalAddress } from './order-fact.ts';

/** An order as it stands. */
export interface Order {
  readonly id: OrderId;
  readonly number: string;
  readonly source: string;
  /** The person who ordered, as of now. */
  readonly customerId: CustomerId;
  readonly partnerId: PartnerId | null;
  readonly placedAt: Date;
  readonly currency: string;
  readonly totalMinor: number;
  readonly status: OrderStatus;
  readonly statusOccurredAt: Date;
  readonly statusReceivedAt: Date;
  readonly statusRecordedAt: Date;
  readonly statusReasonCode: string | null;
  readonly statusRaw: string | null;
  /** Who told the status. Null: it came to be before this was kept. */
  readonly statusSource: string | null;
  readonly statusSourceKind: SourceKind | null;
  readonly fulfilmentStatus: FulfilmentStatus;
  readonly paymentStatus: PaymentStatus;
  readonly returnStatus: OrderReturnStatus;
  readonly itemsChangedAt: Date | null;
  readonly cancelReason: string | null;
  readonly shippingAddress: PostalAddress | null;
  readonly updatedAt: Date;
}

export interface OrderLine {
  readonly id: OrderLineId;
  readonly orderId: OrderId;
  readonly externalId: string;
  readonly variantId: VariantId | null;
  readonly sku: string;
  readonly title: string;
  readonly options: Readonly<Record<string, string>>;
  readonly quantity: number;
  readonly unitPriceMinor: number;
  readonly currency: string;
}

export interface Payment {
  readonly id: PaymentId;
  readonly orderId: OrderId;
  readonly externalId: string;
  readonly kind: PaymentKind;
  readonly method: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly state: PaymentState;
  readonly expectedBy: Date | null;
  readonly occurredAt: Date;
}

/** Work planned at one place. */
export interface FulfilmentOrder {
  readonly id: FulfilmentOrderId;
  readonly orderId: OrderId;
  readonly externalId: string;
  readonly locationExternalId: string | null;
  readonly method: FulfilmentMethod;
  readonly status: FulfilmentOrderStatus;
  readonly statusOccurredAt: Date;
  readonly fulfilBy: Date | null;
  /** Empty: the whole order. */
  readonly lines: readonly { readonly lineExternalId: string; readonly quantity: number }[];
  readonly createdAt: Date;
}

export interface Shipment {
  readonly id: ShipmentId;
  readonly orderId: OrderId;
  /** Who ordered. */
  readonly customerId: CustomerId;
  readonly externalId: string;
  readonly fulfilmentOrderExternalId: string | null;
  readonly partnerId: PartnerId | null;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly status: ShipmentStatus;
  readonly statusOccurredAt: Date;
  readonly estimatedDeliveryAt: Date | null;
  readonly lineExternalIds: readonly string[];
  readonly createdAt: Date;
}

export interface TrackingEvent {
  readonly id: TrackingEventId;
  /** Null: waits for a shipment with its tracking number. */
  readonly shipmentId: ShipmentId | null;
  /** Who ordered. Null as long as it waits. */
  readonly customerId: CustomerId | null;
  readonly status: ShipmentStatus;
  readonly rawStatus: string | null;
  readonly reasonCode: string | null;
  readonly place: string | null;
  readonly estimatedDeliveryAt: Date | null;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly recordedAt: Date;
}

export interface Return {
  readonly id: ReturnId;
  readonly orderId: OrderId;
  readonly externalId: string;
  readonly outcome: ReturnOutcome;
  readonly status: ReturnStatus;
  readonly reason: string | null;
  readonly steps: readonly ReturnStep[];
  readonly refundMethod: string | null;
  readonly refundExpectedBy: Date | null;
  /** When a source last told of it. */
  readonly toldAt: Date;
  readonly requestedAt: Date;
  readonly statusOccurredAt: Date;
  readonly lines: readonly FoldedReturnLine[];
}
