import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import { LocationConnection, Product, ProductConnection } from '../../schema/inventory/catalogue.ts';
import { PlaceInput } from '../../schema/inventory/inventory-input.ts';
import { AvailabilityConnection } from '../../schema/inventory/stock.ts';
import { Right } from '../../schema/right.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import type { Availability } from '../../services/inventory/availability.ts';
import { availability } from '../../services/inventory/availability.ts';
import type * as rows from '../../services/inventory/inventory.ts';
import { listLocations, listProducts } from '../../services/inventory/read-catalogue.ts';
import type { CustomerId } from '../../values/ids.ts';
import { InvalidRequest } from '../../values/invalid-request.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

const ifCatalogue =
  (load: (context: Context, id: string) => Promise<object | null>) => async (context: Context, id: string) =>
    reachOf(context.scope.viewer, 'catalogue:read') ? load(context, id) : null;
registerNode({ kind: 'product', type: 'Product', load: ifCatalogue(({ loaders }, id) => loaders.product.load(id)) });
registerNode({ kind: 'variant', type: 'Variant', load: ifCatalogue(({ loaders }, id) => loaders.variant.load(id)) });
registerNode({ kind: 'location', type: 'Location', load: ifCatalogue(({ loaders }, id) => loaders.location.load(id)) });

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
      'Where a SKU is and how many can be promised: nearest location first, those of unknown distance last. Empty: nobody has the SKU. Name at most one of `near` and `customerId`.',
  })
  @Right('stock:read')
  async availability(
    @Ctx() { scope }: Context,
    @Arg('sku', () => String, { description: 'Stock keeping unit.' }) sku: string,
    @Arg('near', () => PlaceInput, { nullable: true, description: 'A point to measure from. Null or absent: none.' })
    near: PlaceInput | null,
    @Arg('customerId', () => ID, {
      nullable: true,
      description:
        'Measure from where this customer lives, `cus_…`; unknown places count as none. Asks the right `customers:read`.',
    })
    customerId: string | null,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Availability>> {
    if (near && customerId) throw new InvalidRequest('near', 'Name at most one of `near` and `customerId`.');
    const from = { place: near ?? null, customerId: (customerId ?? null) as CustomerId | null };
    return toConnection(await availability(scope, sku, from, readPageRequest(first, after)));
  }
}
