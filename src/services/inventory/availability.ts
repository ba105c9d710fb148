import type { CustomerId, LocationId, VariantId } from '../../values/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../values/page.ts';
import { requireRight } from '../access/role-rights.ts';
import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import type { Place } from './check-place.ts';
import { checkPlace } from './check-place.ts';

/** Units that can be promised at one location. */
export interface Availability {
  readonly variantId: VariantId;
  readonly locationId: LocationId;
  readonly available: number;
  readonly asOf: Date;
  /** Whole metres along the great circle. Null: one of the two places is unknown. */
  readonly distanceMetres: number | null;
}

/** Where near is: a point, or where a customer of ours lives. Both null: nowhere. */
export interface Near {
  readonly place: Place | null;
  readonly customerId: CustomerId | null;
}

/** Behind every distance on earth: where locations of unknown distance stand. */
const FAR_METRES = 99_999_999;

/**
 * Locations that have a level of the SKU, nearest first, those of unknown distance last. The distance is rounded to whole metres
 * so that it is a key that pages can go on from. A customer who is absent, out of reach or without a place counts as nowhere.
 */
export async function availability(
  scope: Scope,
  sku: string,
  near: Near,
  page: PageRequest,
): Promise<Page<Availability>> {
  requireRight(scope.viewer, 'stock:read');
  const place = near.place && checkPlace(near.place, ['near']);
  const { sql } = scope.db;
  const buyer = near.customerId
    ? sql`
      select round(latitude::numeric, 7)::float8 as latitude, round(longitude::numeric, 7)::float8 as longitude
      from customers c where c.latitude is not null and c.longitude is not null
        and c.id = coalesce((select person_id from person_links where member_id = ${near.customerId}), ${near.customerId})
        and ${withinReach(scope, 'customers:read', 'c.id')}`
    : sql`select ${place?.latitude ?? null}::float8 as latitude, ${place?.longitude ?? null}::float8 as longitude`;
  const rows = await sql<Availability[]>`
    with buyer as (${buyer}), levels as (
      select s.variant_id, s.location_id, greatest(s.on_hand - s.held, 0) as available, s.as_of, case
        -- least() leaves nulls out: an unknown place would be on the other side of the earth.
        when l.latitude + l.longitude + b.latitude + b.longitude is not null then round(1000 * 6371.0088 * 2 * asin(least(1, sqrt(
          sin(radians(l.latitude - b.latitude) / 2) ^ 2
          + cos(radians(b.latitude)) * cos(radians(l.latitude)) * sin(radians(l.longitude - b.longitude) / 2) ^ 2
        ))))::int end as distance_metres
      from variants v
      join stock_levels s on s.variant_id = v.id
      join locations l on l.id = s.location_id
      left join buyer b on true
      where v.sku = ${sku}
    )
    select * from levels
    where ${page.after ? sql`(coalesce(distance_metres, ${FAR_METRES}), location_id) > (${page.after.at.getTime()}::int8, ${page.after.id})` : sql`true`}
    order by coalesce(distance_metres, ${FAR_METRES}), location_id
    limit ${page.first + 1}`;
  return pageOf(rows, page, (one) => ({ at: new Date(one.distanceMetres ?? FAR_METRES), id: one.locationId }));
}
