import { afterOpenMinutes } from '../../values/business-hours.ts';
import type { Availability } from './availability.ts';
import type { Location } from './inventory.ts';

type Stock = Pick<Availability, 'available' | 'incoming' | 'incomingAt'>;
type Place = Pick<Location, 'openingHours' | 'pickupMinutes' | 'deliveryHours'>;

const HOUR_MS = 3_600_000;

/** When a unit could be worked on: now, or when the next ones come. Null: nobody knows, also when those that come are late. */
function workableAt({ available, incoming, incomingAt }: Stock, now: Date): Date | null {
  if (available > 0) return now;
  return incoming > 0 && incomingAt !== null && incomingAt > now ? incomingAt : null;
}

function readyAt(place: Place, stock: Stock, { now, minutes }: { now: Date; minutes: number }): Date | null {
  const from = workableAt(stock, now);
  if (from === null) return null;
  if (place.openingHours) return afterOpenMinutes(place.openingHours, from, minutes);
  return new Date(from.getTime() + minutes * 60_000);
}

/** When a unit would be ready to be picked up. Null: nothing is picked up there, or nobody knows when there is one. */
export function pickupReadyAt(place: Place, stock: Stock, now: Date): Date | null {
  return place.pickupMinutes === null ? null : readyAt(place, stock, { now, minutes: place.pickupMinutes });
}

/** When a unit would be with the customer, sent from there. Null: nothing is sent from there, or nobody knows when there is one. */
export function deliveredAt(place: Place, stock: Stock, now: Date): Date | null {
  if (place.deliveryHours === null) return null;
  const ready = readyAt(place, stock, { now, minutes: place.pickupMinutes ?? 0 });
  return ready && new Date(ready.getTime() + place.deliveryHours * HOUR_MS);
}
