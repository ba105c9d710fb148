import type { Clocks } from '../events/clocks.ts';
import { type Freshness, freshnessOf } from '../events/freshness.ts';
import type { Scope } from '../scope.ts';
import { placeKey, type StockPlace } from './inventory.ts';
import { locationsWithinReach } from './locations-within-reach.ts';

/**
 * How fresh each level is, in the order of what was asked: one statement for all. What was held or given back here moves no clock: the
 * source tells nothing of it. Null: nobody has told a level.
 */
export async function readStockFreshness(scope: Scope, places: readonly StockPlace[]): Promise<(Freshness | null)[]> {
  const rows = await scope.db.sql<(StockPlace & Clocks & { source: string })[]>`
    select l.variant_id, l.location_id, l.source, l.as_of as occurred_at, coalesce(l.received_at, l.updated_at) as received_at,
      coalesce(l.recorded_at, l.updated_at) as recorded_at
    from unnest(${places.map((one) => one.variantId as string)}::text[], ${places.map((one) => one.locationId as string)}::text[])
      as asked(variant_id, location_id)
    join stock_levels l using (variant_id, location_id)
    where ${locationsWithinReach(scope, 'stock:read', 'l.location_id')}`;
  const found = new Map(rows.map((row) => [placeKey(row), freshnessOf(row, { kind: 'stock', name: row.source })]));
  return places.map((place) => found.get(placeKey(place)) ?? null);
}
