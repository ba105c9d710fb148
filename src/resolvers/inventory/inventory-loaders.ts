import DataLoader from 'dataloader';

import type { Freshness } from '../../services/events/freshness.ts';
import { placeKey, type StockPlace } from '../../services/inventory/inventory.ts';
import {
  readLocations,
  readProducts,
  readVariants,
  readVariantsBySku,
  readVariantsOf,
} from '../../services/inventory/read-catalogue.ts';
import { readPickupSlots } from '../../services/inventory/read-pickup-slots.ts';
import { readStockFreshness } from '../../services/inventory/read-stock-freshness.ts';
import { readTotalAvailable } from '../../services/inventory/read-total-available.ts';
import type { Scope } from '../../services/scope.ts';
import type { LocationId, PickupSlotId, ProductId, VariantId } from '../../values/ids.ts';
import { loadManyBy, loadOneBy } from '../load-by.ts';

export const makeInventoryLoaders = (scope: Scope) => ({
  product: loadOneBy(
    (ids: readonly ProductId[]) => readProducts(scope, ids),
    (row) => row.id,
  ),
  variant: loadOneBy(
    (ids: readonly VariantId[]) => readVariants(scope, ids),
    (row) => row.id,
  ),
  variantOfSku: loadOneBy(
    (skus: readonly string[]) => readVariantsBySku(scope, skus),
    (row) => row.sku,
  ),
  totalAvailable: loadOneBy(
    (ids: readonly VariantId[]) => readTotalAvailable(scope, ids),
    (row) => row.variantId,
  ),
  stockFreshness: new DataLoader<StockPlace, Freshness | null, string>((places) => readStockFreshness(scope, places), {
    cacheKeyFn: placeKey,
  }),
  variantsOfProduct: loadManyBy(
    (ids: readonly ProductId[]) => readVariantsOf(scope, ids),
    (row) => row.productId,
  ),
  pickupSlot: loadOneBy(
    (ids: readonly PickupSlotId[]) => readPickupSlots(scope, ids),
    (row) => row.id,
  ),
  location: loadOneBy(
    (ids: readonly LocationId[]) => readLocations(scope, ids),
    (row) => row.id,
  ),
});
