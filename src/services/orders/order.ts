import type {
  CustomerId,
  OrderId,
  PartnerId,
  PaymentId,
  ReturnId,
  ShipmentId,
  TrackingEventId,
} from '../../values/ids.ts';
import type { OrderLineId, VariantId } from '../../values/ids.ts';
import type { OrderStatus, PaymentKind, PaymentStatus, ReturnStatus, ShipmentStatus } from '../../values/vocabulary.ts';
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
  readonly paymentStatus: PaymentStatus;
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
  readonly occurredAt: Date;
}

export interface Shipment {
  readonly id: ShipmentId;
  readonly orderId: OrderId;
  readonly externalId: string;
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
  readonly status: ReturnStatus;
  readonly reason: string | null;
  readonly requestedAt: Date;
  readonly statusOccurredAt: Date;
  readonly lines: readonly { readonly lineExternalId: string; readonly quantity: number }[];
}
