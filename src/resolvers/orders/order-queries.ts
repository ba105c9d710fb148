import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import { Order, OrderConnection } from '../../schema/orders/order.ts';
import { OrderProofInput } from '../../schema/orders/proven-order.ts';
import { Right } from '../../schema/right.ts';
import { OrderStatusEnum } from '../../schema/vocabulary.ts';
import { reachOf } from '../../services/access/role-rights.ts';
import type * as rows from '../../services/orders/order.ts';
import { isProven } from '../../services/orders/prove-order.ts';
import { readTrackingEventsById } from '../../services/orders/read-order-parts.ts';
import { findOrderByNumber, listOrders } from '../../services/orders/read-orders.ts';
import type { CustomerId } from '../../values/ids.ts';
import { readPageRequest } from '../../values/page.ts';
import type { OrderStatus } from '../../values/vocabulary.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';
import { registerNode } from '../node-registry.ts';

const ifOrders =
  (load: (context: Context, id: string) => Promise<object | null>) => async (context: Context, id: string) =>
    reachOf(context.scope.viewer, 'orders:read') ? load(context, id) : null;
registerNode({ kind: 'order', type: 'Order', load: ifOrders(({ loaders }, id) => loaders.order.load(id)) });
registerNode({ kind: 'shipment', type: 'Shipment', load: ifOrders(({ loaders }, id) => loaders.shipment.load(id)) });
registerNode({
  kind: 'trackingEvent',
  type: 'TrackingEvent',
  load: ifOrders(async ({ scope }, id) => (await readTrackingEventsById(scope, [id]))[0] ?? null),
});

@Resolver()
export class OrderQueries {
  @Query(() => Order, {
    nullable: true,
    description: 'An order by id. Null: there is none, or it is not visible to you; both answer alike.',
  })
  @Right('orders:read')
  async order(
    @Ctx() { loaders }: Context,
    @Arg('id', () => ID, { description: 'The order, `ord_…`.' }) id: string,
  ): Promise<rows.Order | null> {
    return loaders.order.load(id);
  }

  @Query(() => Order, {
    nullable: true,
    description:
      'An order by the number that people say. Null: there is none, it is not visible to you, or the proof does not fit; all answer alike. After a few wrong proofs RATE_LIMITED.',
  })
  @Right('orders:read')
  async orderByNumber(
    @Ctx() { scope, installation }: Context,
    @Arg('number', () => String, {
      description: 'The number, exactly as the source writes it, for example `#W2611340`.',
    })
    number: string,
    @Arg('proof', () => OrderProofInput, {
      nullable: true,
      description:
        'What the one who asks you says of it: with it the order is found only if that is right. Bots that anybody talks to ask `orderByProof`, which needs no right to see orders. Null or absent: nothing is asked for.',
    })
    proof: OrderProofInput | null,
  ): Promise<rows.Order | null> {
    if (proof && !(await isProven(scope, installation, number, proof))) return null;
    return findOrderByNumber(scope, number);
  }

  @Query(() => OrderConnection, {
    description: 'Orders that are visible to you, newest first by when they were placed.',
  })
  @Right('orders:read')
  async orders(
    @Ctx() { scope }: Context,
    @Arg('status', () => OrderStatusEnum, {
      nullable: true,
      description: 'Only those with this status. Null or absent: all.',
    })
    status: OrderStatus | null,
    @Arg('customerId', () => ID, {
      nullable: true,
      description: 'Only those of the person with this customer id, `cus_…`. Null or absent: all.',
    })
    customerId: string | null,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<rows.Order>> {
    const filter = { status: status ?? null, customerId: (customerId ?? null) as CustomerId | null };
    return toConnection(await listOrders(scope, filter, readPageRequest(first, after)));
  }
}
