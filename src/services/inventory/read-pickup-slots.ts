import type { PickupSlotId } from '../../values/ids.ts';
import type { Scope } from '../scope.ts';
import { locationsWithinReach } from './locations-within-reach.ts';
import type { PickupSlot } from './pickup-slot.ts';

/** Slots of one location that are listed. */
export const MOST_LISTED = 200;

/** Slots of a location that have not ended, the earliest first, full ones too. */
export async function listPickupSlots(
  scope: Scope,
  { locationId, until }: { readonly locationId: string; readonly until: Date | null },
): Promise<PickupSlot[]> {
  const { sql } = scope.db;
  return sql<PickupSlot[]>`
    select id, location_id, starts_at, ends_at, capacity, taken from pickup_slots
    where location_id = ${locationId} and ${locationsWithinReach(scope, 'stock:read', 'location_id')} and ends_at > now() and starts_at > now() - interval '1 day'
      and ${until ? sql`starts_at < ${until}` : sql`true`}
    order by starts_at limit ${MOST_LISTED}`;
}

/** Slots by id, in no order. */
export async function readPickupSlots(scope: Scope, ids: readonly PickupSlotId[]): Promise<PickupSlot[]> {
  return scope.db.sql<PickupSlot[]>`
    select id, location_id, starts_at, ends_at, capacity, taken from pickup_slots
    where id = any(${ids as string[]}) and ${locationsWithinReach(scope, 'stock:read', 'location_id')}`;
}
