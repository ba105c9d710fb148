import { isOpen } from '../../values/business-hours.ts';
import { checkMoment, checkWhole } from '../../values/check-input.ts';
import { newId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { atomically } from '../events/atomically.ts';
import type { Scope } from '../scope.ts';
import type { Location } from './inventory.ts';
import type { PickupSlot } from './pickup-slot.ts';
import { readLocations } from './read-catalogue.ts';

/** A slot as it is offered: known by its location and its beginning. */
export interface OfferedSlot {
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly capacity: number;
}

const MOST_SLOTS = 500;
const LONGEST_MS = 86_400_000;

/**
 * Offers times at a location: new ones, or known ones with another end or capacity. Fewer than are taken already is a CONFLICT. Where the
 * hours of the location are known, a slot lies within them.
 *
 * Throws NOT_FOUND, INVALID_INPUT, CONFLICT.
 */
export async function setPickupSlots(
  scope: Scope,
  locationId: string,
  slots: readonly OfferedSlot[],
): Promise<PickupSlot[]> {
  requireRight(scope.viewer, 'stock:write');
  checkWhole(slots.length, ['slots', 'length'], 1, MOST_SLOTS);
  const [location] = await readLocations(scope, [locationId as Location['id']]);
  if (!location) throw new Refusal('NOT_FOUND', 'No location has this id. Record it first.', ['locationId']);
  slots.forEach((slot, i) => checkSlot(slot, location, ['slots', String(i)]));
  const starts = slots.map(({ startsAt }) => startsAt.getTime());
  if (new Set(starts).size < starts.length)
    throw new Refusal('INVALID_INPUT', 'Two slots begin at the same time. Name each once.', ['slots']);
  return atomically(scope, async (tx) => {
    const { sql } = tx.db;
    const rows = slots.map(({ startsAt, endsAt, capacity }) => ({
      ...{ id: newId('pickupSlot'), starts_at: startsAt, ends_at: endsAt, capacity },
    }));
    const kept = await sql<PickupSlot[]>`
      insert into pickup_slots as s (id, location_id, starts_at, ends_at, capacity)
      select r.id, ${location.id}, r.starts_at, r.ends_at, r.capacity
      from jsonb_to_recordset(${sql.json(rows as never)}::jsonb) as r(id text, starts_at timestamptz, ends_at timestamptz, capacity int)
      order by r.starts_at
      on conflict (location_id, starts_at) do update set ends_at = excluded.ends_at, capacity = excluded.capacity
      where s.taken <= excluded.capacity
      returning id, location_id, starts_at, ends_at, capacity, taken`;
    if (kept.length < slots.length)
      throw new Refusal('CONFLICT', 'More is taken of a slot than its new capacity. Release first what is held.', [
        'slots',
      ]);
    return [...kept].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime());
  });
}

function checkSlot(
  { startsAt, endsAt, capacity }: OfferedSlot,
  { openingHours }: Location,
  at: readonly string[],
): void {
  checkMoment(startsAt, [...at, 'startsAt']);
  checkMoment(endsAt, [...at, 'endsAt']);
  const lasts = endsAt.getTime() - startsAt.getTime();
  if (!(lasts > 0 && lasts <= LONGEST_MS))
    throw new Refusal('INVALID_INPUT', 'A slot ends after it begins, a day later at most.', [...at, 'endsAt']);
  checkWhole(capacity, [...at, 'capacity'], 0, 10_000);
  if (openingHours && !(isOpen(openingHours, startsAt) && isOpen(openingHours, new Date(endsAt.getTime() - 1))))
    throw new Refusal('INVALID_INPUT', 'The location is closed then. Offer a time within its opening hours.', [
      ...at,
      'startsAt',
    ]);
}
