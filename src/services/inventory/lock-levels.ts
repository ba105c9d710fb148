import type { TransactionScope } from '../scope.ts';
import { placeKey, type StockLevel, type StockPlace } from './inventory.ts';
import { levelColumns } from './level-columns.ts';

/**
 * Levels as they stand, by their place, locked until the transaction ends. The rows are locked in one order, so that two who want the same
 * articles in opposite orders wait for each other in one direction. Places that nobody has told of are left out.
 */
export async function lockLevels(
  tx: TransactionScope,
  places: readonly StockPlace[],
): Promise<ReadonlyMap<string, StockLevel>> {
  const { sql } = tx.db;
  const rows = await sql<StockLevel[]>`
    select ${levelColumns(sql)}, v.sku
    from stock_levels l join variants v on v.id = l.variant_id
    where (l.variant_id, l.location_id) in (
      select * from unnest(${places.map((one) => one.variantId as string)}::text[], ${places.map((one) => one.locationId as string)}::text[])
    )
    order by l.variant_id, l.location_id
    for no key update of l`;
  return new Map(rows.map((row) => [placeKey(row), row]));
}
