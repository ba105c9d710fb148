import type { LocationId, PickupSlotId } from '../../values/ids.ts';

/** A time at a location at which so many people can pick up. */
export interface PickupSlot {
  readonly id: PickupSlotId;
  readonly locationId: LocationId;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly capacity: number;
  readonly taken: number;
}
