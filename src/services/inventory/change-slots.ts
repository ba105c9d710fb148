import { Refusal } from '../../values/refusal.ts';
import type { TransactionScope } from '../scope.ts';

interface SlotChange {
  /** The slot that is wanted. Null: none. */
  readonly take: { readonly id: string; readonly locationId: string } | null;
  /** Slots of which a place is given back, each as often as it stands here. */
  readonly free: readonly string[];
}

/**
 * Takes a place in a slot and gives back others, locked in one order. Throws NOT_FOUND for a slot that is not of this location, and
 * SLOT_FULL for one without a free place or one that has ended.
 */
export async function changeSlots(tx: TransactionScope, { take, free }: SlotChange): Promise<void> {
  const ids = [...new Set([...free, ...(take ? [take.id] : [])])];
  if (ids.length === 0) return;
  const { sql } = tx.db;
  await sql`select 1 from pickup_slots where id = any(${ids}) order by id for no key update`;
  if (free.length > 0)
    await sql`
      update pickup_slots s set taken = greatest(0, s.taken - f.places)
      from (select id, count(*)::int as places from unnest(${free as string[]}::text[]) as given(id) group by id) f
      where s.id = f.id`;
  if (!take) return;
  const taken = await sql`
    update pickup_slots set taken = taken + 1
    where id = ${take.id} and location_id = ${take.locationId} and taken < capacity and ends_at > clock_timestamp()`;
  if (taken.count > 0) return;
  const [known] = await sql`select 1 from pickup_slots where id = ${take.id} and location_id = ${take.locationId}`;
  if (!known)
    throw new Refusal('NOT_FOUND', 'The location has no slot with this id. Take one from `pickupSlots`.', [
      'input',
      'slotId',
    ]);
  throw new Refusal('SLOT_FULL', 'This slot is full or over. Take another one from `pickupSlots`.', [
    'input',
    'slotId',
  ]);
}
