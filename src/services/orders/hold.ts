import type { Sql } from '../../database/open-database.ts';
import type { HoldState } from '../../values/holds.ts';
import type { ConversationId, CustomerId, HoldId, LocationId, PickupSlotId, VariantId } from '../../values/ids.ts';
import { withinReach } from '../customers/person-of.ts';
import { locationsWithinReach } from '../inventory/locations-within-reach.ts';
import type { Scope } from '../scope.ts';

/** Units that are kept for a customer, with the time at which they are picked up. */
export interface Hold {
  readonly id: HoldId;
  /** The person that the customer is now. */
  readonly customerId: CustomerId;
  readonly conversationId: ConversationId | null;
  readonly locationId: LocationId;
  readonly slotId: PickupSlotId | null;
  /** Expired from the moment on, also while nobody has put that down yet. */
  readonly state: HoldState;
  readonly madeAt: Date;
  readonly madeBy: string;
  readonly expiresAt: Date;
  readonly settledAt: Date | null;
  readonly lines: readonly { readonly variantId: VariantId; readonly sku: string; readonly quantity: number }[];
}

/** Of holds (alias `h`): expired from the moment on. */
export const holdState = (sql: Sql) =>
  sql`case when h.state = 'open' and h.expires_at <= now() then 'expired' else h.state end`;

/** A condition on holds (alias `h`): all of them, those of the viewer's own person, or those at the stores of its partner. */
export const holdsWithinReach = (scope: Scope) =>
  scope.viewer.partnerId
    ? locationsWithinReach(scope, 'pickups:read', 'h.location_id')
    : withinReach(scope, 'pickups:read', 'h.customer_id');

/** Columns of holds (alias `h`). */
export const holdColumns = (sql: Sql) => sql`
  h.id, coalesce((select l.person_id from person_links l where l.member_id = h.customer_id), h.customer_id) as customer_id,
  h.conversation_id, h.location_id, h.slot_id,
  ${holdState(sql)} as state,
  h.made_at, h.made_by, h.expires_at, h.settled_at, (
    select coalesce(json_agg(json_build_object('variantId', l.variant_id, 'sku', v.sku, 'quantity', l.quantity) order by v.sku), '[]')
    from hold_lines l join variants v on v.id = l.variant_id where l.hold_id = h.id
  ) as lines`;
