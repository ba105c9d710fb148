import type { CustomerId, PartnerId } from '../../values/ids.ts';
import type {
  FulfilmentMethod,
  FulfilmentOrderStatus,
  IdentityKind,
  ReturnOutcome,
  ReturnStatus,
} from '../../values/vocabulary.ts';

/** One line of an order as its source writes it. `externalId` is the source's id of the line, unique within the order. */
export interface StatedLine {
  externalId: string;
  sku: string;
  title: string;
  /** Option name to value, as the catalogue names them. */
  options: Readonly<Record<string, string>>;
  quantity: number;
  unitPriceMinor: number;
}

/** An address as given. Every part may be missing. */
export interface PostalAddress {
  line1?: string | null;
  line2?: string | null;
  postalCode?: string | null;
  city?: string | null;
  region?: string | null;
  country?: string | null;
}

export interface OrderPlaced {
  kind: 'order_placed';
  customerId: CustomerId;
  partnerId?: PartnerId | null;
  currency: string;
  totalMinor: number;
  lines: readonly StatedLine[];
  shippingAddress?: PostalAddress | null;
}
/** All lines as they are now, not a difference. */
export interface LinesChanged {
  kind: 'lines_changed';
  lines: readonly StatedLine[];
  totalMinor: number;
}
export interface AddressChanged {
  kind: 'address_changed';
  shippingAddress: PostalAddress;
}
/** Money that moved: from the customer, or back. The amount is positive in both. */
export interface MoneyMoved {
  /** `refund_promised`: it will be sent back; the recorded refund with the same external id keeps the promise. */
  kind: 'payment_recorded' | 'refund_recorded' | 'refund_promised';
  externalId: string;
  method: string;
  amountMinor: number;
  currency: string;
}
/** Where a source only says that work began, or that the goods arrived, without naming parcels. */
export interface MilestoneReached {
  kind: 'order_processed' | 'order_delivered';
}
/** Work was planned at a place, or went on. What is null stays as it was told before. */
export interface FulfilmentOrderRecorded {
  kind: 'fulfilment_order_recorded';
  externalId: string;
  status: FulfilmentOrderStatus;
  locationExternalId?: string | null;
  method?: FulfilmentMethod | null;
  /** RFC 3339. */
  fulfilBy?: string | null;
  /** Empty: the whole order. */
  lines?: readonly { lineExternalId: string; quantity: number }[] | null;
}
export interface ShipmentCreated {
  kind: 'shipment_created';
  externalId: string;
  /** The fulfilment order that it comes out of. */
  fulfilmentOrderExternalId?: string | null;
  carrier?: string | null;
  trackingNumber?: string | null;
  partnerId?: PartnerId | null;
  /** External ids of the lines in the parcel. Empty: all of them. */
  lineExternalIds: readonly string[];
  /** RFC 3339. */
  estimatedDeliveryAt?: string | null;
}
export interface OrderCancelled {
  kind: 'order_cancelled';
  reason?: string | null;
}
/** A return was asked for or went on. Lines and reason are kept from earlier facts where they are null. */
export interface ReturnRecorded {
  kind: 'return_recorded';
  externalId: string;
  status: ReturnStatus;
  reason?: string | null;
  outcome?: ReturnOutcome | null;
  /** Means of payment that the refund goes to. */
  refundMethod?: string | null;
  lines?:
    | readonly {
        lineExternalId: string;
        quantity: number;
        /** Units that arrived so far. */
        receivedQuantity?: number | null;
        /** What goes out instead. */
        exchangeSku?: string | null;
      }[]
    | null;
}

/** What a source can say about an order. A fact is kept for ever as it was said; the order is what all of them say together. */
export type OrderFactBody =
  | OrderPlaced
  | LinesChanged
  | AddressChanged
  | MoneyMoved
  | MilestoneReached
  | FulfilmentOrderRecorded
  | ShipmentCreated
  | OrderCancelled
  | ReturnRecorded;

export type OrderFactKind = OrderFactBody['kind'];

/** Where a fact comes from. (source, sourceEventId) names it for ever: a repeat changes nothing. */
export interface FactOrigin {
  orderNumber: string;
  source: string;
  sourceEventId: string;
  /** Version of the object (the order, the payment, the parcel, the return) at its source. Trusted more than clocks. */
  sourceVersion?: number | null;
  /** The source's clock. */
  occurredAt: Date;
  /** When it reached us. Default: now. */
  receivedAt?: Date;
}

/** Who ordered, where the caller knows an identity and not our id. Resolved before the fact is kept. */
export interface StatedIdentity {
  kind: IdentityKind;
  value: string;
  displayName?: string | null;
  /** What else the source knows the buyer by. All of it together decides who it is. */
  others?: readonly { readonly kind: IdentityKind; readonly value: string }[];
}

/** A fact as a caller hands it in: a placed order names its customer by id or by identity. */
export type OrderFact = FactOrigin &
  (
    | Exclude<OrderFactBody, OrderPlaced>
    | (Omit<OrderPlaced, 'customerId'> & { customerId?: CustomerId | null; identity?: StatedIdentity | null })
  );

/** The source of what service agents change here. */
export const DESK = 'punos';

/** A fact as it is kept. */
export interface KeptFact {
  readonly source: string;
  readonly sourceEventId: string;
  readonly sourceVersion: number | null;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly recordedAt: Date;
  readonly body: OrderFactBody;
}

/** The name of a fact: equal for a repeat. */
export const factKey = (origin: { source: string; sourceEventId: string }): string =>
  `${origin.source}\n${origin.sourceEventId}`;
