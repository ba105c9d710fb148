import { STOCK_QUANTITIES } from '../../values/stock-quantities.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import type { StockPlace } from './inventory.ts';

const BATCH = 1_000;

const named = (row: string) => `(${STOCK_QUANTITIES.map((name) => `${row}.${name}`).join(', ')})`;

/**
 * What was written before changes were kept is where the sum begins: of that only counts that came too late never were the level. Places
 * that only one of the two knows are in the union, too. Behind the place ($1, $2).
 */
const STATEMENT = `
  with places as (
    (select variant_id, location_id from stock_levels where (variant_id, location_id) > ($1, $2)
      order by variant_id, location_id limit ${BATCH})
    union
    (select variant_id, location_id from stock_versions where valid_to is null and (variant_id, location_id) > ($1, $2)
      order by variant_id, location_id limit ${BATCH})
  )
  select p.variant_id, p.location_id,
    ${named('s')} is distinct from ${named('newest')} or ${named('s')} is distinct from ${named('total')} as is_wrong
  from (select * from places order by variant_id, location_id limit ${BATCH}) p
  left join stock_levels s using (variant_id, location_id)
  left join stock_versions newest
    on newest.variant_id = p.variant_id and newest.location_id = p.location_id and newest.valid_to is null
  left join lateral (
    select * from stock_versions v
    where v.variant_id = p.variant_id and v.location_id = p.location_id and v.changes is null and v.reason <> 'late count'
    order by v.id desc limit 1
  ) begun on true
  cross join lateral (
    select ${STOCK_QUANTITIES.map((name) => `coalesce(begun.${name}, 0) + coalesce(sum((v.changes ->> '${name}')::int8), 0) as ${name}`).join(', ')}
    from stock_versions v
    where v.variant_id = p.variant_id and v.location_id = p.location_id and v.id > coalesce(begun.id, 0)
  ) total
  order by p.variant_id, p.location_id`;

/**
 * Compares a batch of levels with their ledger: with its newest entry, and with the sum of all that came and went. Each change writes level and
 * ledger at once, so any difference was made by somebody else. Goes on behind `after`; `last` is null when there was nothing left.
 */
export async function recountStock(
  scope: Scope,
  after: StockPlace | null,
): Promise<{ checked: number; wrong: StockPlace[]; last: StockPlace | null }> {
  requireRight(scope.viewer, 'stock:read');
  const from = [after?.variantId ?? '', after?.locationId ?? ''];
  const rows = await scope.db.sql.unsafe<(StockPlace & { isWrong: boolean })[]>(STATEMENT, from);
  const placeOf = ({ variantId, locationId }: StockPlace): StockPlace => ({ variantId, locationId });
  const newest = rows.at(-1);
  return {
    checked: rows.length,
    wrong: rows.filter(({ isWrong }) => isWrong).map(placeOf),
    last: newest ? placeOf(newest) : null,
  };
}
