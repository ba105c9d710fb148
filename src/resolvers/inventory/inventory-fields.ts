import { Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql';

import { Location, Product, Variant } from '../../schema/inventory/catalogue.ts';
import {
  Availability,
  IncomingStock,
  StockEntry,
  StockLevel,
  StockQuantityChange,
  Substitute,
} from '../../schema/inventory/stock.ts';
import { Money } from '../../schema/money.ts';
import { NamedValue, toNamedValues } from '../../schema/named-value.ts';
import { Right } from '../../schema/right.ts';
import { DateTime } from '../../schema/scalars.ts';
import { StockBandEnum } from '../../schema/vocabulary.ts';
import type * as availabilities from '../../services/inventory/availability.ts';
import { deliveredAt, pickupReadyAt } from '../../services/inventory/estimate-times.ts';
import type * as substitutes from '../../services/inventory/find-substitutes.ts';
import type * as rows from '../../services/inventory/inventory.ts';
import type * as entries from '../../services/inventory/read-stock-entries.ts';
import { bandOf, type StockBand } from '../../values/stock-bands.ts';
import { availableOf, QUANTITY_KEYS, QUANTITY_NAMES } from '../../values/stock-quantities.ts';
import type { Context } from '../context.ts';
import { isToldExactly, unitsShown } from './units-shown.ts';

@Resolver(() => Product)
export class ProductFields {
  @FieldResolver(() => [Variant], { description: 'Its variants, by SKU. Empty: none is recorded.' })
  variants(@Root() product: rows.Product, @Ctx() { loaders }: Context) {
    return loaders.variantsOfProduct.load(product.id);
  }
}

@Resolver(() => Variant)
export class VariantFields {
  @FieldResolver(() => [NamedValue], {
    description: 'What tells it from its siblings, by name. Empty: nothing is told.',
  })
  options(@Root() variant: rows.Variant): NamedValue[] {
    return toNamedValues(variant.options);
  }

  @FieldResolver(() => Money, {
    nullable: true,
    description: 'Price of one unit in the catalogue. Null: not told. Asks the right `payments:read`.',
  })
  @Right('payments:read')
  price(@Root() { priceMinor, currency }: rows.Variant): Money | null {
    return priceMinor === null || currency === null ? null : { amountMinor: priceMinor, currency };
  }

  @FieldResolver(() => Int, {
    description:
      'Units that can be promised over all locations together, to a partner over its own stores; `availability` says where. Whole, at least 0. To customers STOCK_EXACT_UP_TO at most. Asks the right `stock:read`.',
  })
  @Right('stock:read')
  async totalAvailable(@Root() { id }: rows.Variant, @Ctx() context: Context): Promise<number> {
    const total = await context.loaders.totalAvailable.load(id);
    return unitsShown(context, total?.available ?? 0);
  }

  @FieldResolver(() => Product, {
    nullable: true,
    description: 'What it is a variant of. Never null while it is recorded.',
  })
  product(@Root() variant: rows.Variant, @Ctx() { loaders }: Context) {
    return loaders.product.load(variant.productId);
  }
}

@Resolver(() => StockLevel)
export class StockLevelFields {
  @FieldResolver(() => Int, {
    description: 'Units that can be promised: on hand minus committed, held, safety and damaged. Whole, at least 0.',
  })
  available(@Root() level: rows.StockLevel): number {
    return availableOf(level);
  }
}

@Resolver(() => StockEntry)
export class StockEntryFields {
  @FieldResolver(() => [StockQuantityChange], {
    description:
      'What came and went. Empty: a count that came too late, or an entry from before changes were kept apart.',
  })
  changes(@Root() entry: entries.StockEntry): StockQuantityChange[] {
    return QUANTITY_KEYS.flatMap((key) => {
      const quantity = QUANTITY_NAMES[key];
      const delta = entry.changes?.[quantity];
      return delta === undefined ? [] : [{ quantity, delta, after: entry[key] }];
    });
  }
}

@Resolver(() => Substitute)
export class SubstituteFields {
  @FieldResolver(() => Variant, {
    nullable: true,
    description: 'The article itself. Never null while it is recorded. Asks the right `catalogue:read`.',
  })
  @Right('catalogue:read')
  variant(@Root() { variantId }: substitutes.Substitute, @Ctx() { loaders }: Context) {
    return loaders.variant.load(variantId);
  }
}

@Resolver(() => Availability)
export class AvailabilityFields {
  @FieldResolver(() => Int, {
    description:
      'Units that can be promised now: on hand minus committed, held, safety and damaged. Whole, at least 0. Where `isExact` is false: at least so many. Source: stock levels at the moment of the answer.',
  })
  available(@Root() { available }: availabilities.Availability, @Ctx() context: Context): number {
    return unitsShown(context, available);
  }

  @FieldResolver(() => Boolean, {
    description:
      'True: `available` is the number. False: customers are told numbers up to STOCK_EXACT_UP_TO only, and there are more.',
  })
  isExact(@Root() { available }: availabilities.Availability, @Ctx() context: Context): boolean {
    return isToldExactly(context, available);
  }

  @FieldResolver(() => StockBandEnum, { description: 'How many can be promised, in words.' })
  band(@Root() { available }: availabilities.Availability): StockBand {
    return bandOf(available);
  }

  @FieldResolver(() => IncomingStock, { nullable: true, description: 'What is on the way there. Null: nothing.' })
  nextIncoming(@Root() { incoming, incomingAt }: availabilities.Availability): IncomingStock | null {
    return incoming > 0 ? { quantity: incoming, expectedAt: incomingAt } : null;
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When one unit would be ready to be picked up there, within its opening hours: of those that are there, or else of the next that come. Null: nothing is picked up there, none is there and nobody says when one comes, or it is late. Asks the right `catalogue:read`.',
  })
  @Right('catalogue:read')
  async pickupReadyAt(
    @Root() one: availabilities.Availability,
    @Ctx() { loaders, scope }: Context,
  ): Promise<Date | null> {
    const location = await loaders.location.load(one.locationId);
    return location && pickupReadyAt(location, one, scope.now);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When one unit would be with the customer, sent from there. Null: nothing is sent from there, none is there and nobody says when one comes, or it is late. Asks the right `catalogue:read`.',
  })
  @Right('catalogue:read')
  async deliveredAt(
    @Root() one: availabilities.Availability,
    @Ctx() { loaders, scope }: Context,
  ): Promise<Date | null> {
    const location = await loaders.location.load(one.locationId);
    return location && deliveredAt(location, one, scope.now);
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Kilometres along the great circle, to the metre. Null: no place was asked for, or the location’s is not known.',
  })
  distanceKm(@Root() { distanceMetres }: availabilities.Availability): number | null {
    return distanceMetres === null ? null : distanceMetres / 1_000;
  }

  @FieldResolver(() => Location, {
    nullable: true,
    description: 'Where. Null: not visible to you. Asks the right `catalogue:read`.',
  })
  @Right('catalogue:read')
  location(@Root() one: availabilities.Availability, @Ctx() { loaders }: Context) {
    return loaders.location.load(one.locationId);
  }
}
