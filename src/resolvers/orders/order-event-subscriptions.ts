import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from 'type-graphql';

import { AFTER } from '../../schema/live/delivered-event.ts';
import { OrderEvent, OrderEventPayload } from '../../schema/orders/order-event.ts';
import { Order } from '../../schema/orders/order.ts';
import { Right } from '../../schema/right.ts';
import { OrderStatusEnum } from '../../schema/vocabulary.ts';
import type { Order as OrderRow } from '../../services/orders/order.ts';
import type { OrderId } from '../../values/ids.ts';
import type { Context } from '../context.ts';
import { subscribeByLiveEdge } from '../subscribe-by-live-edge.ts';

@Resolver()
export class OrderEventSubscriptions {
  @Subscription(() => OrderEventPayload, {
    subscribe: subscribeByLiveEdge,
    description:
      'What happens to orders, their parcels and returns, each event once and in order: of one order, or of all that you may see (a partner: those it sells or carries). ' +
      'Begins with a checkpoint (a cursor without an event); another one follows 15 s of silence.',
  })
  @Right('orders:read')
  orderEvents(
    @Root() payload: OrderEventPayload,
    @Arg('orderId', () => ID, { nullable: true, description: 'Only this order, `ord_…`.' }) _orderId?: string,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string,
  ): OrderEventPayload {
    return payload;
  }
}

@Resolver(() => OrderEvent)
export class OrderEventFields {
  @FieldResolver(() => ID, { description: 'Id of the order, `ord_…`.' })
  orderId(@Root() event: OrderEvent) {
    return event.details['orderId'];
  }

  @FieldResolver(() => OrderStatusEnum, { description: 'Status of the order after the event.' })
  status(@Root() event: OrderEvent) {
    return event.details['status'];
  }

  @FieldResolver(() => OrderStatusEnum, {
    nullable: true,
    description: 'Status before it changed. Null: it did not change by this event.',
  })
  previousStatus(@Root() event: OrderEvent) {
    return event.details['previousStatus'] ?? null;
  }

  @FieldResolver(() => ID, { nullable: true, description: 'Id of the shipment concerned, `shp_…`. Null: none is.' })
  shipmentId(@Root() event: OrderEvent) {
    return event.details['shipmentId'] ?? null;
  }

  @FieldResolver(() => ID, { nullable: true, description: 'Id of the return concerned, `ret_…`. Null: none is.' })
  returnId(@Root() event: OrderEvent) {
    return event.details['returnId'] ?? null;
  }

  @FieldResolver(() => Order, {
    nullable: true,
    description: 'The order as it stands at delivery. Null: it is not visible to you any more.',
  })
  order(@Root() event: OrderEvent, @Ctx() { loaders }: Context): Promise<OrderRow | null> {
    return loaders.order.load(String(event.details['orderId']) as OrderId);
  }
}
