import type { LocationId, VariantId } from '../../values/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import { availableOfRow } from '../../values/stock-quantities.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';
import type { Place } from './check-place.ts';
import { findBuyerPlace, type Near } from './find-buyer-place.ts';
import { EARTH_METRES, type Ring, ringsAround } from './rings.ts';

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

const statement = (within: string) => `
  select s.variant_id, s.location_id, ${availableOfRow('s')} as available, s.incoming, s.incoming_at, s.as_of, d.metres
  from variants v
  join stock_levels s on s.variant_id = v.id
  join locations l on l.id = s.location_id
  cross join lateral (select ${METRES} as metres) d
  where v.sku = $1 and ${availableOfRow('s')} >= $4 and (d.metres, s.location_id) > ($5::int8, $6) and d.metres > $7 and ${within}
  order by d.metres, s.location_id
  limit $8`;
const IN_RING = statement('d.metres <= $9 and point(l.longitude, l.latitude) <@ box(point($10, $11), point($12, $13))');
const BEYOND = statement('true');

export type AvailabilityRow = Omit<Availability, 'distanceMetres'> & { readonly metres: number };

export const toAvailability = ({ metres, ...row }: AvailabilityRow): Availability => ({
  ...row,
  distanceMetres: metres === FAR_METRES ? null : metres,
});

/**
 * Locations that have a level of the SKU, nearest first, those of unknown distance last. Rings around the buyer are looked through from
 * the inside out, by the index of places, until the page is full: what is far costs nothing while there is enough near.
 */
export async function availability(scope: Scope, request: AvailabilityRequest): Promise<Page<Availability>> {
  requireRight(scope.viewer, 'stock:read');
  const from = await findBuyerPlace(scope, request.near);
  const found = await readNearest(scope, from, request);
  return pageOf(found.map(toAvailability), request, ({ distanceMetres, locationId }) => ({
    at: new Date(distanceMetres ?? FAR_METRES),
    id: locationId,
  }));
}

async function readNearest(scope: Scope, from: Place | null, request: AvailabilityRequest): Promise<AvailabilityRow[]> {
  const { sku, atLeast, first, after } = request;
  const behind = after?.at.getTime() ?? -1;
  const read = (inner: number, missing: number, ring: Ring | null) => {
    const given = [
      sku,
      from?.latitude ?? null,
      from?.longitude ?? null,
      atLeast,
      behind,
      after?.id ?? '',
      inner,
      missing,
    ];
    const bounds = ring ? [ring.outer, ring.west, ring.south, ring.east, ring.north] : [];
    return scope.db.hot.unsafe<AvailabilityRow[]>(ring ? IN_RING : BEYOND, [...given, ...bounds], { prepare: true });
  };
  const { rings, end } = from ? ringsAround(from) : { rings: [], end: -1 };
  const rows: AvailabilityRow[] = [];
  for (const ring of rings) {
    if (ring.outer < behind) continue;
    rows.push(...(await read(ring.inner, first + 1 - rows.length, ring)));
    if (rows.length > first) return rows;
  }
  rows.push(...(await read(end, first + 1 - rows.length, null)));
  return rows;
}
