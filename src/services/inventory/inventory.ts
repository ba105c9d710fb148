import type { BusinessHours } from '../../values/business-hours.ts';
import type { LocationId, ProductId, VariantId } from '../../values/ids.ts';
import type { Quantities } from '../../values/stock-quantities.ts';
import type { LocationKind } from '../../values/vocabulary.ts';

export interface Product {
  readonly id: ProductId;
  readonly externalId: string;
  readonly title: string;
  readonly brand: string | null;
  readonly category: string | null;
  /** What products that are sold together, or for one another, have in common. */
  readonly bundle: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Variant {
  readonly id: VariantId;
  readonly productId: ProductId;
  readonly sku: string;
  readonly title: string;
  readonly options: Readonly<Record<string, string>>;
  readonly priceMinor: number | null;
  readonly currency: string | null;
}

/** An address as the source gave it. */
export type LocationAddress = Readonly<Record<string, string | null>>;

export interface Location {
  readonly id: LocationId;
  readonly externalId: string;
  readonly name: string;
  readonly kind: LocationKind;
  readonly address: LocationAddress | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly timeZone: string | null;
  readonly openingHours: BusinessHours | null;
  /** Open minutes until what is picked up here is ready. Null: nobody says. */
  readonly pickupMinutes: number | null;
  /** Hours from here to a customer, once it is ready. Null: nobody says. */
  readonly deliveryHours: number | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A variant at a location: what has a level. */
export interface StockPlace {
  readonly variantId: VariantId;
  readonly locationId: LocationId;
}
export const placeKey = ({ variantId, locationId }: { variantId: string; locationId: string }): string =>
  `${variantId}@${locationId}`;

/** Units of a variant at a location, by name. */
export interface StockLevel extends StockPlace, Quantities {
  readonly sku: string;
  /** When the next of the incoming units are expected. Null: nobody says. */
  readonly incomingAt: Date | null;
  readonly asOf: Date;
}
