import type { VariantId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import type { TransactionScope } from '../scope.ts';

/** SKUs of variants. Refuses where a variant or a location does not exist. */
export async function readSkus(
  tx: TransactionScope,
  places: readonly { variantId: string; locationId: string }[],
  argument: string | null,
): Promise<Map<VariantId, string>> {
  const { sql } = tx.db;
  const [variants, locations] = await Promise.all([
    sql<{ id: VariantId; sku: string }[]>`
      select id, sku from variants where id = any(${[...new Set(places.map((one) => one.variantId))]})`,
    sql<
      { id: string }[]
    >`select id from locations where id = any(${[...new Set(places.map((one) => one.locationId))]})`,
  ]);
  const skus = new Map(variants.map((row) => [row.id, row.sku]));
  const known = new Set(locations.map((row) => row.id));
  places.forEach((place, i) => {
    const at = argument === null ? [] : [argument, String(i)];
    if (!skus.has(place.variantId as VariantId))
      throw new Refusal('NOT_FOUND', 'No variant has this id. Record its product first.', [...at, 'variantId']);
    if (!known.has(place.locationId))
      throw new Refusal('NOT_FOUND', 'No location has this id. Record it first.', [...at, 'locationId']);
  });
  return skus;
}
