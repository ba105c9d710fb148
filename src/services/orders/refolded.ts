import type { CustomerId, OrderId, PartnerId, QuarantinedFactId, ReturnId, ShipmentId } from '../../values/ids.ts';
import type { OrderState } from './fold-order.ts';
import type { FactOfOrder } from './keep-facts.ts';
import type { Held } from './keep-quarantine.ts';
import type { ScanRow } from './read-known-orders.ts';

/** What this transaction has just kept, by `factKey`. */
export interface Fresh {
  readonly facts: ReadonlySet<string>;
  readonly scans: ReadonlySet<string>;
}

/** A scan that belongs to a parcel of the order. */
export type PlacedScan = ScanRow & { readonly shipmentExternalId: string; readonly isFresh: boolean };

/** An order before and after what is new. */
export interface Refolded {
  readonly id: OrderId;
  readonly number: string;
  readonly customerId: CustomerId;
  readonly personId: CustomerId;
  readonly before: OrderState | null;
  readonly after: OrderState;
  readonly changed: boolean;
  /** Whose stores the places are where it is worked on, by the name of the place. */
  readonly partnersOfPlaces: ReadonlyMap<string, readonly PartnerId[]>;
  /** Those that count. */
  readonly facts: readonly FactOfOrder[];
  /** Facts that are kept apart from now on. */
  readonly held: readonly Held[];
  /** All that are kept apart, those of before too, by `factKey`. */
  readonly apart: ReadonlySet<string>;
  /** Kept apart until now, and let in. */
  readonly plausible: readonly { readonly id: QuarantinedFactId; readonly key: string }[];
  readonly scans: readonly PlacedScan[];
  readonly shipmentIds: ReadonlyMap<string, ShipmentId>;
  readonly returnIds: ReadonlyMap<string, ReturnId>;
}
