import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';

import {
  LocationRecordInput,
  ProductRecordInput,
  StockAdjustInput,
  StockSetInput,
} from '../../schema/inventory/inventory-input.ts';
import {
  LocationRecordPayload,
  ProductRecordPayload,
  StockAdjustPayload,
  StockSetPayload,
} from '../../schema/inventory/inventory-payload.ts';
import { toOptions } from '../../schema/named-value.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { adjustStock } from '../../services/inventory/adjust-stock.ts';
import { readLocations, readProducts } from '../../services/inventory/read-catalogue.ts';
import { readStockLevel } from '../../services/inventory/read-stock-level.ts';
import { recordLocation } from '../../services/inventory/record-locations.ts';
import { recordProduct } from '../../services/inventory/record-products.ts';
import { setStock } from '../../services/inventory/set-stock.ts';
import type { LocationId, VariantId } from '../../values/ids.ts';
import { answer } from '../answer.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import type { Context } from '../context.ts';
import { ofOne } from '../of-one.ts';

@Resolver()
export class InventoryMutations {
  @Mutation(() => ProductRecordPayload, {
    description: 'Makes or updates a product and its variants. Refused: INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('catalogue:write')
  productRecord(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => ProductRecordInput, { description: 'The product as the catalogue has it.' })
    input: ProductRecordInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const variants = input.variants.map(({ sku, title, options, price }) => ({
        sku,
        title,
        options: toOptions(options ?? []),
        priceMinor: price?.amountMinor ?? null,
        currency: price?.currency ?? null,
      }));
      const { externalId, title, brand = null, category = null } = input;
      const { ids } = await idempotently(
        scope,
        installation,
        { mutation: 'productRecord', key, input },
        async (tx) => ({
          id: await ofOne(recordProduct(tx, { externalId, title, brand, category, variants })),
        }),
      );
      return { product: (await readProducts(scope, [ids.id]))[0] ?? null };
    });
  }

  @Mutation(() => LocationRecordPayload, {
    description: 'Makes or updates a location. Refused: INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('catalogue:write')
  locationRecord(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => LocationRecordInput, { description: 'The location as its source has it.' })
    input: LocationRecordInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const { externalId, name, kind, address, place, timeZone = null } = input;
      const record = {
        ...{ externalId, name, kind, timeZone },
        address: address ? { ...address } : null,
        latitude: place?.latitude ?? null,
        longitude: place?.longitude ?? null,
      };
      const { ids } = await idempotently(
        scope,
        installation,
        { mutation: 'locationRecord', key, input },
        async (tx) => ({
          id: await ofOne(recordLocation(tx, record)),
        }),
      );
      return { location: (await readLocations(scope, [ids.id]))[0] ?? null };
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
      const adjustment = { ...input, ...idsOf(input) };
      await idempotently(scope, installation, { mutation: 'stockAdjust', key, input }, async (tx) => {
        await adjustStock(tx, adjustment);
        return {};
      });
      return { stockLevel: await readStockLevel(scope, adjustment) };
    });
  }
}

const idsOf = (input: { variantId: string; locationId: string }) => ({
  variantId: input.variantId as VariantId,
  locationId: input.locationId as LocationId,
});
