import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import type { StockLevel, StockPlace } from './inventory.ts';
import { levelColumns } from './level-columns.ts';

/** The level of a variant at a location. Null: nobody has told one. */
export async function readStockLevel(scope: Scope, { variantId, locationId }: StockPlace): Promise<StockLevel | null> {
  requireRight(scope.viewer, 'stock:read');
  const { sql } = scope.db;
  const [row] = await sql<StockLevel[]>`
    select ${levelColumns(sql)}, v.sku
    from stock_levels l join variants v on v.id = l.variant_id
    where l.variant_id = ${variantId} and l.location_id = ${locationId}`;
  return row ?? null;
}
