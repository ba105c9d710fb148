import { Arg, Args, ArgsType, Ctx, Field, ID, Int, Query, Resolver } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import { LocationConnection, Product, ProductConnection } from '../../schema/inventory/catalogue.ts';
import { PlaceInput, PlaceNameInput } from '../../schema/inventory/inventory-input.ts';
import { AvailabilityConnection, StockEntryConnection, StockLevel, Substitute } from '../../schema/inventory/stock.ts';
import { Right } from '../../schema/right.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import type { Availability } from '../../services/inventory/availability.ts';
import { availability } from '../../services/inventory/availability.ts';
import type { Near } from '../../services/inventory/find-buyer-place.ts';
import {
  findSubstitutes,
  MOST_SUBSTITUTES,
  type Substitute as SubstituteRow,
} from '../../services/inventory/find-substitutes.ts';
import type * as rows from '../../services/inventory/inventory.ts';
import { listLocations, listProducts } from '../../services/inventory/read-catalogue.ts';
import { listStockEntries, type StockEntry } from '../../services/inventory/read-stock-entries.ts';
import { readStockLevel } from '../../services/inventory/read-stock-level.ts';
import type { CustomerId, LocationId, VariantId } from '../../values/ids.ts';
import { InvalidRequest } from '../../values/invalid-request.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { unitsAsked } from './units-shown.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

const ifCatalogue =
  (load: (context: Context, id: string) => Promise<object | null>) => async (context: Context, id: string) =>
    reachOf(context.scope.viewer, 'catalogue:read') ? load(context, id) : null;
registerNode({ kind: 'product', type: 'Product', load: ifCatalogue(({ loaders }, id) => loaders.product.load(id)) });
registerNode({ kind: 'variant', type: 'Variant', load: ifCatalogue(({ loaders }, id) => loaders.variant.load(id)) });
registerNode({ kind: 'location', type: 'Location', load: ifCatalogue(({ loaders }, id) => loaders.location.load(id)) });

/** Where near is. One of the three at most. */
@ArgsType()
class NearArguments {
  @Field(() => PlaceInput, { nullable: true, description: 'A point to measure from. Null or absent: none.' })
  near?: PlaceInput | null;

  @Field(() => PlaceNameInput, {
    nullable: true,
    description:
      'A postal code or a town to measure from, as imported as `places`; unknown ones count as none. Null or absent: none.',
  })
  place?: PlaceNameInput | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Measure from where this customer lives, `cus_…`: by their point, or else by their postal code. Unknown places count as none. Asks the right `customers:read`. Null or absent: nobody.',
  })
  customerId?: string | null;
}

function readNear({ near = null, place = null, customerId = null }: NearArguments): Near {
  if ([near, place, customerId].filter((one) => one !== null).length > 1)
    throw new InvalidRequest('near', 'Name at most one of `near`, `place` and `customerId`.');
  const { country = null, postalCode = null, name = null } = place ?? {};
  if (place && postalCode === null && name === null)
    throw new InvalidRequest('place', 'Name the place by `postalCode` or by `name`.');
  return { place: near, named: place && { country, postalCode, name }, customerId: customerId as CustomerId | null };
}

@Resolver()
export class InventoryQueries {
  @Query(() => Product, { nullable: true, description: 'A product by id. Null: there is none.' })
  @Right('catalogue:read')
  async product(
    @Ctx() { loaders }: Context,
    @Arg('id', () => ID, { description: 'The product, `prd_…`.' }) id: string,
  ): Promise<rows.Product | null> {
    return loaders.product.load(id);
  }

  @Query(() => ProductConnection, { description: 'The catalogue, newest first.' })
  @Right('catalogue:read')
  async products(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<rows.Product>> {
    return toConnection(await listProducts(scope, readPageRequest(first, after)));
  }

  @Query(() => LocationConnection, { description: 'Stores, warehouses and pickup points, newest first.' })
  @Right('catalogue:read')
  async locations(
    @Ctx() { scope }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<rows.Location>> {
    return toConnection(await listLocations(scope, readPageRequest(first, after)));
  }

  @Query(() => AvailabilityConnection, {
    description:
      'Where a SKU is and how many can be promised: nearest location first, those of unknown distance last; for a partner in its own stores. Empty: nobody has the SKU. Name at most one of `near`, `place` and `customerId`.',
  })
  @Right('stock:read')
  async availability(
    @Ctx() context: Context,
    @Arg('sku', () => String, { description: 'Stock keeping unit.' }) sku: string,
    @Arg('atLeast', () => Int, {
      nullable: true,
      description:
        'Only where so many units can be promised; to customers STOCK_EXACT_UP_TO and one at most. Null or absent: also where none can.',
    })
    atLeast: number | null,
    @Args(() => NearArguments) near: NearArguments,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Availability>> {
    const asked = { ...readPageRequest(first, after), sku, near: readNear(near) };
    return toConnection(await availability(context.scope, { ...asked, atLeast: unitsAsked(context, atLeast ?? 0) }));
  }

  @Query(() => [Substitute], {
    description:
      'Articles to offer where a SKU is out or late, the likest first: others of its product, then of its bundle, then of its category, nearest in price first. Only those that can be promised at one of the hundred locations nearest to the buyer; for a partner of its own stores. Empty: there are none, or the catalogue has no such SKU.',
  })
  @Right('stock:read')
  async substitutes(
    @Ctx() context: Context,
    @Arg('sku', () => String, { description: 'Stock keeping unit of what is missing.' }) sku: string,
    @Arg('quantity', () => Int, {
      nullable: true,
      description: 'Units that are wanted; of customers STOCK_EXACT_UP_TO and one at most. Null or absent: 1.',
    })
    quantity: number | null,
    @Args(() => NearArguments) near: NearArguments,
    @Arg('first', () => Int, { nullable: true, description: 'Substitutes wanted, 1 to 20. Null or absent: 5.' })
    first: number | null,
  ): Promise<SubstituteRow[]> {
    const wanted = first ?? 5;
    if (wanted < 1 || wanted > MOST_SUBSTITUTES)
      throw new InvalidRequest('first', `\`first\` must be a whole number from 1 to ${MOST_SUBSTITUTES}.`);
    const asked = { sku, near: readNear(near), quantity: unitsAsked(context, quantity ?? 1), first: wanted };
    return findSubstitutes(context.scope, asked);
  }

  @Query(() => StockLevel, {
    nullable: true,
    description: 'Units of a variant at a location, by name. Null: nobody has told any.',
  })
  @Right('ledger:read')
  stockLevel(
    @Ctx() { scope }: Context,
    @Arg('variantId', () => ID, { description: 'The variant, `var_…`.' }) variantId: string,
    @Arg('locationId', () => ID, { description: 'The location, `loc_…`.' }) locationId: string,
  ): Promise<rows.StockLevel | null> {
    return readStockLevel(scope, { variantId: variantId as VariantId, locationId: locationId as LocationId });
  }

  @Query(() => StockEntryConnection, {
    description:
      'The ledger of a level: each change with its reason and its source, the latest by the sources’ clocks first. What changed adds up to the level.',
  })
  @Right('ledger:read')
  async stockEntries(
    @Ctx() { scope }: Context,
    @Arg('variantId', () => ID, { description: 'The variant, `var_…`.' }) variantId: string,
    @Arg('locationId', () => ID, { description: 'The location, `loc_…`.' }) locationId: string,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<StockEntry>> {
    return toConnection(await listStockEntries(scope, { variantId, locationId }, readPageRequest(first, after)));
  }
}
