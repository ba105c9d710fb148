import type { VariantId } from '../../values/ids.ts';
import { availableOfRow } from '../../values/stock-quantities.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { inStoresOf } from './locations-within-reach.ts';

/** What can be promised of a variant over all locations. */
export interface TotalAvailable {
  readonly variantId: VariantId;
  readonly available: number;
}

const statement = (whose: string) => `
  select s.variant_id, least(sum(${availableOfRow('s')}), 2147483647)::int as available
  from stock_levels s where s.variant_id = any($1) and ${whose} group by s.variant_id`;
const EVERYWHERE = statement('true');
/** $2 is the partner. */
const IN_OWN_STORES = statement(inStoresOf('s.location_id', 2));

/** Totals of variants, of a partner's own stores only; those that nobody has told of are left out. */
export async function readTotalAvailable(scope: Scope, ids: readonly VariantId[]): Promise<TotalAvailable[]> {
  const { db, viewer } = scope;
  return requireRight(viewer, 'stock:read') === 'own'
    ? db.sql.unsafe<TotalAvailable[]>(IN_OWN_STORES, [ids as string[], viewer.partnerId])
    : db.sql.unsafe<TotalAvailable[]>(EVERYWHERE, [ids as string[]]);
}
