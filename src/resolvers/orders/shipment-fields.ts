import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { Order, OrderLine, Shipment, TrackingEvent } from '../../schema/orders/order.ts';
import { Partner } from '../../schema/partners/partner.ts';
import { Right } from '../../schema/right.ts';
import type * as rows from '../../services/orders/order.ts';
import type { Context } from '../context.ts';

@Resolver(() => Shipment)
export class ShipmentFields {
  @FieldResolver(() => Order, { nullable: true, description: 'The order. Null: not visible to you any more.' })
  order(@Root() shipment: rows.Shipment, @Ctx() { loaders }: Context) {
    return loaders.order.load(shipment.orderId);
  }

  @FieldResolver(() => [OrderLine], {
    description: 'Lines of the order that are in the parcel; all of them where the source names none.',
  })
  async lines(@Root() shipment: rows.Shipment, @Ctx() { loaders }: Context) {
    const lines = await loaders.linesOfOrder.load(shipment.orderId);
    const named = shipment.lineExternalIds;
    return named.length === 0 ? lines : lines.filter((line) => named.includes(line.externalId));
  }

  @FieldResolver(() => [TrackingEvent], {
    description: 'What its carrier said, newest first by the carrier’s clock; the newest 100.',
  })
  trackingEvents(@Root() shipment: rows.Shipment, @Ctx() { loaders }: Context) {
    return loaders.trackingOfShipment.load(shipment.id);
  }

  @FieldResolver(() => Partner, {
    nullable: true,
    description: 'The partner that carries it. Null: none. Asks the right `partners:read`.',
  })
  @Right('partners:read')
  partner(@Root() shipment: rows.Shipment, @Ctx() { loaders }: Context) {
    return shipment.partnerId === null ? null : loaders.partner.load(shipment.partnerId);
  }
}

@Resolver(() => TrackingEvent)
export class TrackingEventFields {
  @FieldResolver(() => Shipment, {
    nullable: true,
    description: 'The parcel. Null: none has the tracking number yet; the event waits for it.',
  })
  shipment(@Root() event: rows.TrackingEvent, @Ctx() { loaders }: Context) {
    return event.shipmentId === null ? null : loaders.shipment.load(event.shipmentId);
  }
}
