import type { BusinessHours } from '../../values/business-hours.ts';
import type { LocationId, ProductId, VariantId } from '../../values/ids.ts';
import type { LocationKind } from '../../values/vocabulary.ts';

export interface Product {
  readonly id: ProductId;
  readonly externalId: string;
  readonly title: string;
  readonly brand: string | null;
  readonly category: string | null;
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
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Units of a variant at a location. */
export interface StockLevel {
  readonly variantId: VariantId;
  readonly locationId: LocationId;
  readonly sku: string;
  readonly onHand: number;
  readonly held: number;
  readonly asOf: Date;
}

/** What can be promised: on hand minus held, never below zero. */
export const availableOf = (level: { onHand: number; held: number }): number => Math.max(0, level.onHand - level.held);
