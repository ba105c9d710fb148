import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';

import {
  LocationUpsertInput,
  ProductUpsertInput,
  StockAdjustInput,
  StockSetInput,
} from '../../schema/inventory/inventory-input.ts';
import {
  LocationUpsertPayload,
  LocationsUpsertPayload,
  ProductUpsertPayload,
  ProductsUpsertPayload,
  StockAdjustPayload,
  StockSetPayload,
} from '../../schema/inventory/inventory-payload.ts';
import { toOptions } from '../../schema/named-value.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { adjustStock } from '../../services/inventory/adjust-stock.ts';
import { readLocations, readProducts } from '../../services/inventory/read-catalogue.ts';
import { readStockLevel } from '../../services/inventory/read-stock-level.ts';
import { recordLocation, recordLocations } from '../../services/inventory/record-locations.ts';
import { setStock } from '../../services/inventory/set-stock.ts';
import { learnProducts } from '../../services/orders/learn-products.ts';
import type { LocationId, ProductId, VariantId } from '../../values/ids.ts';
import { answer } from '../answer.ts';
import { checkBulk, joinIds, splitIds } from '../bulk.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import type { Context } from '../context.ts';
import { ofOne } from '../of-one.ts';

@Resolver()
export class InventoryMutations {
  @Mutation(() => ProductUpsertPayload, {
    description: 'Makes or updates a product and its variants. Refused: INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('catalogue:write')
  productUpsert(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => ProductUpsertInput, { description: 'The product as the catalogue has it.' })
    input: ProductUpsertInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'productUpsert', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        id: (await ofOne(learnProducts(tx, [toProductRecord(input)])))[0]!,
      }));
      return { product: (await readProducts(scope, [ids.id]))[0] ?? null };
    });
  }

  @Mutation(() => ProductsUpsertPayload, {
    description:
      'Makes or updates up to 100 products with their variants, all or none. Refused: INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('catalogue:write')
  productsUpsert(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => [ProductUpsertInput], { description: 'The products, each external id and each SKU once.' })
    input: ProductUpsertInput[],
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      checkBulk(input);
      const act = { mutation: 'productsUpsert', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        all: joinIds(await learnProducts(tx, input.map(toProductRecord))),
      }));
      return { products: await readProducts(scope, splitIds<ProductId>(ids.all)) };
    });
  }

  @Mutation(() => LocationUpsertPayload, {
    description: 'Makes or updates a location. Refused: INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('catalogue:write')
  locationUpsert(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => LocationUpsertInput, { description: 'The location as its source has it.' })
    input: LocationUpsertInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const act = { mutation: 'locationUpsert', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        id: await ofOne(recordLocation(tx, toLocationRecord(input))),
      }));
      return { location: (await readLocations(scope, [ids.id]))[0] ?? null };
    });
  }

  @Mutation(() => LocationsUpsertPayload, {
    description: 'Makes or updates up to 100 locations, all or none. Refused: INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('catalogue:write')
  locationsUpsert(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => [LocationUpsertInput], { description: 'The locations, each external id once.' })
    input: LocationUpsertInput[],
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      checkBulk(input);
      const act = { mutation: 'locationsUpsert', key, input };
      const { ids } = await idempotently(scope, installation, act, async (tx) => ({
        all: joinIds(await recordLocations(tx, input.map(toLocationRecord))),
      }));
      return { locations: await readLocations(scope, splitIds<LocationId>(ids.all)) };
    });
  }

  @Mutation(() => StockSetPayload, {
    description:
      'Sets a level to what was counted. A count older than what is known changes nothing but the history. Refused: NOT_FOUND, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('stock:write')
  stockSet(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => StockSetInput, { description: 'The count.' }) input: StockSetInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const { asOf, ...count } = { ...input, ...idsOf(input) };
      await idempotently(scope, installation, { mutation: 'stockSet', key, input }, async (tx) => {
        await ofOne(setStock(tx, [asOf ? { ...count, asOf } : count]));
        return {};
      });
      return { stockLevel: await readStockLevel(scope, count) };
    });
  }

  @Mutation(() => StockAdjustPayload, {
    description:
      'Adds or takes units. Never takes what is not there or is held. Refused: INSUFFICIENT_STOCK (as `InsufficientStockError`), NOT_FOUND, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('stock:write')
  stockAdjust(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => StockAdjustInput, { description: 'The difference.' }) input: StockAdjustInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const adjustment = { ...input, ...idsOf(input), quantity: input.quantity ?? 'on_hand' };
      await idempotently(scope, installation, { mutation: 'stockAdjust', key, input }, async (tx) => {
        await adjustStock(tx, adjustment);
        return {};
      });
      return { stockLevel: await readStockLevel(scope, adjustment) };
    });
  }
}

const toProductRecord = ({
  externalId,
  title,
  brand = null,
  category = null,
  bundle = null,
  variants,
}: ProductUpsertInput) => ({
  ...{ externalId, title, brand, category, bundle },
  variants: variants.map(({ sku, title: name, options, price }) => ({
    sku,
    title: name,
    options: toOptions(options ?? []),
    priceMinor: price?.amountMinor ?? null,
    currency: price?.currency ?? null,
  })),
});

const toLocationRecord = ({
  externalId,
  name,
  kind,
  address,
  place,
  timeZone = null,
  openingHours,
  pickupMinutes = null,
  deliveryHours = null,
}: LocationUpsertInput) => ({
  ...{ externalId, name, kind, timeZone, pickupMinutes, deliveryHours },
  address: address ? { ...address } : null,
  openingHours: openingHours ? { ...openingHours, holidays: openingHours.holidays ?? [] } : null,
  latitude: place?.latitude ?? null,
  longitude: place?.longitude ?? null,
});

const idsOf = (input: { variantId: string; locationId: string }) => ({
  variantId: input.variantId as VariantId,
  locationId: input.locationId as LocationId,
});
