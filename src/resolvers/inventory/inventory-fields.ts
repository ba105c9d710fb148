import { Ctx, FieldResolver, Float, Int, Resolver, Root } from 'type-graphql';

import { Location, Product, Variant } from '../../schema/inventory/catalogue.ts';
import { Availability, StockLevel } from '../../schema/inventory/stock.ts';
import { Money } from '../../schema/money.ts';
import { NamedValue, toNamedValues } from '../../schema/named-value.ts';
import { Right } from '../../schema/right.ts';
import type * as availabilities from '../../services/inventory/availability.ts';
import type * as rows from '../../services/inventory/inventory.ts';
import { availableOf } from '../../services/inventory/inventory.ts';
import type { Context } from '../context.ts';

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
  @FieldResolver(() => Int, { description: 'Units that can be promised: on hand minus held. Whole, at least 0.' })
  available(@Root() level: rows.StockLevel): number {
    return availableOf(level);
  }
}

@Resolver(() => Availability)
export class AvailabilityFields {
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
