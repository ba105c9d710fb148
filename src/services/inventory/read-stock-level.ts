import type { LocationId, VariantId } from '../../values/ids.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import type { StockLevel } from './inventory.ts';

/** The level of a variant at a location. Null: nobody has told one. */
export async function readStockLevel(
  scope: Scope,
  { variantId, locationId }: { variantId: VariantId; locationId: LocationId },
): Promise<StockLevel | null> {
  requireRight(scope.viewer, 'stock:read');
  const [row] = await scope.db.sql<StockLevel[]>`
    select l.variant_id, l.location_id, v.sku, l.on_hand, l.held, l.as_of
    from stock_levels l join variants v on v.id = l.variant_id
    where l.variant_id = ${variantId} and l.location_id = ${locationId}`;
  return row ?? null;
}
