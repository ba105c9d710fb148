import type { LocationId, VariantId } from '../../values/ids.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';

export interface StockPlace {
  readonly variantId: VariantId;
  readonly locationId: LocationId;
}

const BATCH = 5_000;

/**
 * Compares a batch of levels with the newest entry in their history: each change writes both, so any difference was made by somebody
 * else. Goes on behind `after`; `last` is null when there was nothing left.
 */
export async function recountStock(
  scope: Scope,
  after: StockPlace | null,
): Promise<{ checked: number; wrong: StockPlace[]; last: StockPlace | null }> {
  requireRight(scope.viewer, 'stock:read');
  const { sql } = scope.db;
  const behind = sql`(variant_id, location_id) > (${after?.variantId ?? ''}, ${after?.locationId ?? ''})`;
  // Places that only one of the two knows are in the union too.
  const rows = await sql<(StockPlace & { isWrong: boolean })[]>`
    with places as (
      (select variant_id, location_id from stock_levels where ${behind}
        order by variant_id, location_id limit ${BATCH})
      union
      (select variant_id, location_id from stock_versions where valid_to is null and ${behind}
        order by variant_id, location_id limit ${BATCH})
    )
    select p.variant_id, p.location_id, (s.on_hand, s.held) is distinct from (v.on_hand, v.held) as is_wrong
    from (select * from places order by variant_id, location_id limit ${BATCH}) p
    left join stock_levels s using (variant_id, location_id)
    left join stock_versions v
      on v.variant_id = p.variant_id and v.location_id = p.location_id and v.valid_to is null
    order by p.variant_id, p.location_id`;
  const placeOf = ({ variantId, locationId }: StockPlace): StockPlace => ({ variantId, locationId });
  const newest = rows.at(-1);
  return {
    checked: rows.length,
    wrong: rows.filter(({ isWrong }) => isWrong).map(placeOf),
    last: newest ? placeOf(newest) : null,
  };
}
