import type { VariantId } from '../../values/ids.ts';
import { availableOfRow } from '../../values/stock-quantities.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';

/** What can be promised of a variant over all locations. */
export interface TotalAvailable {
  readonly variantId: VariantId;
  readonly available: number;
}

const STATEMENT = `
  select s.variant_id, least(sum(${availableOfRow('s')}), 2147483647)::int as available
  from stock_levels s where s.variant_id = any($1) group by s.variant_id`;

/** Totals of variants; those that nobody has told of are left out. */
export async function readTotalAvailable(scope: Scope, ids: readonly VariantId[]): Promise<TotalAvailable[]> {
  requireRight(scope.viewer, 'stock:read');
  return scope.db.sql.unsafe<TotalAvailable[]>(STATEMENT, [ids as string[]]);
}
