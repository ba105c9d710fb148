import type { StockQuantity } from '../../values/stock-quantities.ts';
import type { IdentityKind, ShipmentStatus } from '../../values/vocabulary.ts';
import type { Profile } from '../customers/customer.ts';
import type { LocationRecord } from '../inventory/record-locations.ts';
import type { ProductRecord } from '../inventory/record-products.ts';
import type { OrderFactBody, OrderPlaced } from '../orders/order-fact.ts';

/** An order as its source calls it: by the number that people say, by its own id, or by both. */
export interface OrderName {
  readonly number: string | null;
  readonly externalId: string | null;
}

/** A stock item as its source calls it: by SKU, by its own id, or by both. */
export interface ItemName {
  readonly sku: string | null;
  readonly externalId: string | null;
}

/** Ways in which a source names a person, the best first. Empty: it does not say who. */
export interface StatedPerson {
  readonly identities: readonly { readonly kind: IdentityKind; readonly value: string }[];
  readonly displayName: string | null;
}

export type StatedOrderFact =
  Exclude<OrderFactBody, OrderPlaced> | (Omit<OrderPlaced, 'customerId'> & { readonly buyer: StatedPerson });

export interface OrderTold {
  readonly type: 'order';
  readonly order: OrderName;
  readonly fact: StatedOrderFact;
}
export interface TrackingTold {
  readonly type: 'tracking';
  /** The parcel: by tracking number or by the id its order's source gave it. One of the two. */
  readonly trackingNumber: string | null;
  readonly shipmentExternalId: string | null;
  readonly status: ShipmentStatus;
  readonly reasonCode: string | null;
  readonly rawStatus: string | null;
  readonly place: string | null;
  /** RFC 3339. */
  readonly estimatedDeliveryAt: string | null;
}
/** How many units there were; the fact's `occurredAt` is the moment of the count. */
export interface StockCounted {
  readonly type: 'stock_count';
  readonly item: ItemName;
  /** The source's id of the location. */
  readonly location: string;
  readonly onHand: number;
  /** Null or absent, as of the next three: not counted, stays as it is. */
  readonly committed?: number | null;
  readonly incoming?: number | null;
  readonly safety?: number | null;
  readonly damaged?: number | null;
  /** RFC 3339: when the next of the incoming units are expected. Null or absent: nobody says. */
  readonly incomingAt?: string | null;
}
export interface StockMoved {
  readonly type: 'stock_move';
  readonly item: ItemName;
  readonly location: string;
  /** Absent: what is on hand. */
  readonly quantity?: StockQuantity;
  readonly delta: number;
  readonly reason: string;
}
export interface ProductTold {
  readonly type: 'product';
  readonly product: ProductRecord;
  /** What the source calls the stock items of its variants, where it does. */
  readonly items: readonly { readonly sku: string; readonly externalId: string }[];
}
export interface LocationTold {
  readonly type: 'location';
  readonly location: LocationRecord;
}
export interface CustomerTold {
  readonly type: 'customer';
  /** The source's id of the customer. */
  readonly externalId: string;
  readonly person: StatedPerson;
  readonly profile: Partial<Omit<Profile, 'preferences'>>;
}

export type SourceFactBody =
  OrderTold | TrackingTold | StockCounted | StockMoved | ProductTold | LocationTold | CustomerTold;

/** One thing that a source tells, in our words. */
export type SourceFact = SourceFactBody & {
  /** The source's name for the fact: (source, id) is taken once, for ever. */
  readonly id: string;
  /** The source's clock. */
  readonly occurredAt: Date;
  /** Version of the object (order, payment, parcel, product) at its source. Null: its clock decides. */
  readonly version: number | null;
  /** Where in the body it stands, for whoever reads a refusal. Absent: it is the body. */
  readonly path?: readonly string[];
};
