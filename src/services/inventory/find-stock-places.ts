import type { LocationId, VariantId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import type { Scope } from '../scope.ts';

/** Our ids for places that a source names by SKU and by its own id of the location, in the same order. Throws NOT_FOUND. */
export async function findStockPlaces(
  scope: Scope,
  named: readonly { readonly sku: string; readonly location: string }[],
): Promise<{ variantId: VariantId; locationId: LocationId }[]> {
  requireRight(scope.viewer, 'catalogue:read');
  const { sql } = scope.db;
  const [variants, locations] = await Promise.all([
    sql<{ id: VariantId; sku: string }[]>`
      select id, sku from variants where sku = any(${[...new Set(named.map(({ sku }) => sku))]})`,
    sql<{ id: LocationId; externalId: string }[]>`
      select id, external_id from locations where external_id = any(${[...new Set(named.map(({ location }) => location))]})`,
  ]);
  const variantIds = new Map(variants.map(({ sku, id }) => [sku, id]));
  const locationIds = new Map(locations.map(({ externalId, id }) => [externalId, id]));
  return named.map(({ sku, location }, i) => {
    const variantId = variantIds.get(sku);
    const locationId = locationIds.get(location);
    if (!variantId)
      throw new Refusal('NOT_FOUND', `No product has the SKU ${sku}. Record it first.`, ['counts', String(i), 'sku']);
    if (!locationId)
      throw new Refusal('NOT_FOUND', `No location has the external id ${location}. Record it first.`, [
        'counts',
        String(i),
        'location',
      ]);
    return { variantId, locationId };
  });
}
