import type { Scope } from '../scope.ts';
import type { StockLevel, StockPlace } from './inventory.ts';
import { levelColumns } from './level-columns.ts';
import { locationsWithinReach } from './locations-within-reach.ts';

/** The level of a variant at a location. Null: nobody has told one. */
export async function readStockLevel(scope: Scope, { variantId, locationId }: StockPlace): Promise<StockLevel | null> {
  const { sql } = scope.db;
  const [row] = await sql<StockLevel[]>`
    select ${levelColumns(sql)}, v.sku
    from stock_levels l join variants v on v.id = l.variant_id
    where l.variant_id = ${variantId} and l.location_id = ${locationId} and ${locationsWithinReach(scope, 'stock:read', 'l.location_id')}`;
  return row ?? null;
}
