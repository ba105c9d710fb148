import type { LocationId, VariantId } from '../../values/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import { availableOfRow } from '../../values/stock-quantities.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import { findBuyerPlace, type Near } from './find-buyer-place.ts';
import { boxAround, EARTH_METRES } from './box-around.ts';
import { inStoresOf } from './locations-within-reach.ts';

/** Units that can be promised at one location, and when there are more. */
export interface Availability {
  readonly variantId: VariantId;
  readonly locationId: LocationId;
  readonly available: number;
  /** Units on the way. */
  readonly incoming: number;
  /** When the next of them are expected. Null: nobody says. */
  readonly incomingAt: Date | null;
  readonly asOf: Date;
  /** Whole metres along the great circle. Null: one of the two places is unknown. */
  readonly distanceMetres: number | null;
}

/** What is asked of an article. */
export interface AvailabilityRequest extends PageRequest {
  readonly sku: string;
  readonly near: Near;
  /** Only where so many units can be promised. */
  readonly atLeast: number;
}

/** Behind every distance on earth: where locations of unknown distance stand. */
const FAR_METRES = 99_999_999;

/** Of a location `l` from ($2, $3), in whole metres: a key that pages can go on from. least() leaves nulls out, so the case decides. */
export const METRES = `case when l.latitude + l.longitude + $2::float8 + $3::float8 is null then ${FAR_METRES} else round(
    ${2 * EARTH_METRES} * asin(least(1, sqrt(
      sin(radians(l.latitude - $2) / 2) ^ 2 + cos(radians($2)) * cos(radians(l.latitude)) * sin(radians(l.longitude - $3) / 2) ^ 2
    ))))::int end`;

/** Most buyers find what they want in the first ring, the others within the second. */
const NEAR_METRES = 30_000;
const AROUND_METRES = 300_000;

const levels = (within: string, whose: string) => `
  select s.variant_id, s.location_id, ${availableOfRow('s')} as available, s.incoming, s.incoming_at, s.as_of, d.metres
  from variants v
  join stock_levels s on s.variant_id = v.id
  join locations l on l.id = s.location_id
  cross join lateral (select ${METRES} as metres) d
  where v.sku = $1 and ${availableOfRow('s')} >= $4 and (d.metres, s.location_id) > ($5::int8, $6) and ${whose} and ${within}
  order by d.metres, s.location_id
  limit $7`;
/** $n to $n + 3 are the box around the ring. */
const inBox = (n: number) =>
  `point(l.longitude, l.latitude) <@ box(point($${n}, $${n + 1}), point($${n + 2}, $${n + 3}))`;
const isMissing = (rings: string) => `(select count(*) from ${rings}) < $7`;

/**
 * Rings around the buyer, from the inside out, by the index of places. A ring is not looked at when the rings within have filled the page,
 * or when it lies within what was read before: these conditions ask nothing of a row, so PostgreSQL decides them once, beforehand.
 */
const statement = (whose: string) => `
  with near as (${levels(`d.metres <= ${NEAR_METRES} and ${NEAR_METRES} >= $5::int8 and ${inBox(8)}`, whose)}),
  around as (${levels(
    `d.metres > ${NEAR_METRES} and d.metres <= ${AROUND_METRES} and ${AROUND_METRES} >= $5::int8
    and ${isMissing('near')} and ${inBox(12)}`,
    whose,
  )}),
  beyond as (${levels(`d.metres > ${AROUND_METRES} and ${isMissing('(select from near union all select from around) ring')}`, whose)})
  select * from (select * from near union all select * from around union all select * from beyond) found
  order by metres, location_id
  limit $7`;
const EVERYWHERE = statement('true');
/** $16 is the partner. */
const IN_OWN_STORES = statement(inStoresOf('s.location_id', 16));

export type AvailabilityRow = Omit<Availability, 'distanceMetres'> & { readonly metres: number };

export const toAvailability = ({ metres, ...row }: AvailabilityRow): Availability => ({
  ...row,
  distanceMetres: metres === FAR_METRES ? null : metres,
});

/**
 * Locations that have a level of the SKU, nearest first, those of unknown distance last: a partner's own stores only. What is far costs nothing
 * while there is enough near.
 */
export async function availability(scope: Scope, request: AvailabilityRequest): Promise<Page<Availability>> {
  const isOwn = requireRight(scope.viewer, 'stock:read') === 'own';
  const from = await findBuyerPlace(scope, request.near);
  const { sku, atLeast, first, after } = request;
  const boxes = [NEAR_METRES, AROUND_METRES].flatMap((metres) =>
    from ? boxAround(from, metres) : [null, null, null, null],
  );
  const rows = await scope.db.hot.unsafe<AvailabilityRow[]>(
    isOwn ? IN_OWN_STORES : EVERYWHERE,
    [
      ...[sku, from?.latitude ?? null, from?.longitude ?? null, atLeast],
      ...[after?.at.getTime() ?? -1, after?.id ?? '', first + 1, ...boxes],
      ...(isOwn ? [scope.viewer.partnerId] : []),
    ],
    { prepare: true },
  );
  return pageOf(rows.map(toAvailability), request, ({ distanceMetres, locationId }) => ({
    at: new Date(distanceMetres ?? FAR_METRES),
    id: locationId,
  }));
}
