import { covers, sees, type Snapshot } from '../services/events/snapshot.ts';
import type { LiveBatch } from './backbone.ts';

/**
 * Joins a batch to a place, whoever read it. Batches of several readers of one journal overlap in every way; since a place is a
 * snapshot, it says of each event whether it came already.
 *
 * `repeat`: the place holds all of it. `hole`: something between the place and the batch's beginning is missing.
 * Else what is new, from this place on.
 */
export function splice(place: Snapshot, batch: LiveBatch): LiveBatch | 'repeat' | 'hole' {
  if (covers(place, batch.after)) return 'repeat';
  if (!covers(place, batch.before) || !covers(batch.after, place)) return 'hole';
  if (place.text === batch.before.text) return batch;
  return { ...batch, before: place, events: batch.events.filter(({ xid }) => !sees(place, xid)) };
}
