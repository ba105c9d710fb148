import type { VariantId } from '../../values/ids.ts';
import { availableOfRow } from '../../values/stock-quantities.ts';
import type { SubstituteReason } from '../../values/substitutes.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { type Availability, type AvailabilityRow, METRES, toAvailability } from './availability.ts';
import { findBuyerPlace, type Near } from './find-buyer-place.ts';
import { inStoresOf } from './locations-within-reach.ts';

/** An article that could be sold instead of another one, and where it is. */
export interface Substitute {
  readonly variantId: VariantId;
  readonly reason: SubstituteReason;
  /** The nearest location that can promise so many. */
  readonly nearest: Availability;
}

interface SubstituteRequest {
  readonly sku: string;
  readonly near: Near;
  /** Units that are wanted, at least 1. */
  readonly quantity: number;
  readonly first: number;
}

export const MOST_SUBSTITUTES = 20;
/** Candidates whose stock is looked at: the likest of a large category. */
const MOST_WEIGHED = 60;
/** Locations around the buyer that count as near. */
const MOST_NEAR = 100;

/** The article $1, the buyer at ($2, $3), so many units $4, so many substitutes $5. */
const statement = (whose: string) => `
  with asked as (
    select v.id, v.product_id, v.price_minor, v.currency, p.bundle, p.category
    from variants v join products p on p.id = v.product_id where v.sku = $1
  ), alike as (
    select product_id, min(rank) as rank from (
      select product_id, 1 as rank from asked
      union all select p.id, 2 from asked a join products p on p.bundle = a.bundle
      union all select p.id, 3 from asked a join products p on p.category = a.category
    ) p group by product_id
  ), candidates as (
    select v.id, v.sku, k.rank, abs(v.price_minor - case when a.currency = v.currency then a.price_minor end) as gap
    from alike k join variants v on v.product_id = k.product_id cross join asked a
    where v.id <> a.id
    order by k.rank, gap, v.sku limit ${MOST_WEIGHED}
  ), near as materialized (
    select l.id, ${METRES} as metres from locations l where ${whose} order by metres, l.id limit ${MOST_NEAR}
  )
  select c.id as variant_id, (array['product', 'bundle', 'category'])[c.rank] as reason,
    n.location_id, n.available, n.incoming, n.incoming_at, n.as_of, n.metres
  from candidates c
  cross join lateral (
    select s.location_id, ${availableOfRow('s')} as available, s.incoming, s.incoming_at, s.as_of, l.metres
    from near l join stock_levels s on s.variant_id = c.id and s.location_id = l.id
    where ${availableOfRow('s')} >= $4
    order by l.metres, l.id limit 1
  ) n
  order by c.rank, c.gap, c.sku limit $5`;
const EVERYWHERE = statement('true');
/** $6 is the partner. */
const IN_OWN_STORES = statement(inStoresOf('l.id', 6));

/**
 * Articles to offer where this one is out or late, the likest first: others of its product, then of its bundle, then of its category, nearest in
 * price first. Only those that can be promised at a location near the buyer.
 */
export async function findSubstitutes(scope: Scope, request: SubstituteRequest): Promise<Substitute[]> {
  const isOwn = requireRight(scope.viewer, 'stock:read') === 'own';
  const { sku, quantity, first } = request;
  const from = await findBuyerPlace(scope, request.near);
  const given = [sku, from?.latitude ?? null, from?.longitude ?? null, Math.max(1, quantity), first];
  const rows = await scope.db.hot.unsafe<(AvailabilityRow & { reason: SubstituteReason })[]>(
    isOwn ? IN_OWN_STORES : EVERYWHERE,
    isOwn ? [...given, scope.viewer.partnerId] : given,
    { prepare: true },
  );
  return rows.map(({ reason, ...row }) => ({ variantId: row.variantId, reason, nearest: toAvailability(row) }));
}
