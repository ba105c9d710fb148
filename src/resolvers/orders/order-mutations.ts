import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';

import { OrderFactInput } from '../../schema/orders/order-fact-input.ts';
import { OrderFactsRecordPayload, TrackingEventRecordPayload } from '../../schema/orders/order-payload.ts';
import { TrackingEventInput } from '../../schema/orders/tracking-input.ts';
import { Right } from '../../schema/right.ts';
import { idempotently } from '../../services/access/idempotently.ts';
import { readTrackingEventsById } from '../../services/orders/read-order-parts.ts';
import { readOrders } from '../../services/orders/read-orders.ts';
import { recordOrderFacts } from '../../services/orders/record-order-facts.ts';
import { recordTrackingEvents } from '../../services/orders/record-tracking-events.ts';
import type { OrderId, ShipmentId } from '../../values/ids.ts';
import { answer } from '../answer.ts';
import { IDEMPOTENCY_KEY } from '../idempotency-key.ts';
import type { Context } from '../context.ts';
import { ofOne } from '../of-one.ts';
import { toOrderFact } from './to-order-fact.ts';

@Resolver()
export class OrderMutations {
  @Mutation(() => OrderFactsRecordPayload, {
    description:
      'Records what sources say about orders, all of it or nothing. In any order and any number of times: an order is what all its facts say together. A fact that cannot be true beside the others is kept apart in `quarantinedFacts` and has no effect. Refused: INVALID_INPUT, NOT_FOUND (customer, partner), IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('orders:write')
  orderFactsRecord(
    @Ctx() { scope, installation }: Context,
    @Arg('facts', () => [OrderFactInput], { description: 'The facts, 5,000 at most, of any orders.' })
    facts: OrderFactInput[],
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const { ids } = await idempotently(
        scope,
        installation,
        { mutation: 'orderFactsRecord', key, input: facts },
        async (tx) => {
          const done = await recordOrderFacts(tx, facts.map(toOrderFact));
          const { orderIds, recorded, waiting, quarantined } = done;
          return {
            orders: orderIds.join(' '),
            recorded: String(recorded),
            waiting: String(waiting),
            quarantined: String(quarantined),
          };
        },
      );
      const orderIds = ids.orders.split(' ').filter(Boolean) as OrderId[];
      const orders = new Map((await readOrders(scope, orderIds)).map((order) => [order.id, order]));
      return {
        orders: orderIds.flatMap((id) => orders.get(id) ?? []),
        recorded: Number(ids.recorded),
        waiting: Number(ids.waiting),
        // A result that was kept before there was a quarantine has none.
        quarantined: Number((ids as { quarantined?: string }).quarantined ?? 0),
      };
    });
  }

  @Mutation(() => TrackingEventRecordPayload, {
    description:
      'Records what a carrier says about a parcel. A partner reports on its own parcels only; for others an unknown tracking number waits for its parcel. Refused: NOT_FOUND (unknown or not yours), INVALID_INPUT, IDEMPOTENCY_KEY_REUSED.',
  })
  @Right('tracking:write')
  trackingEventRecord(
    @Ctx() { scope, installation }: Context,
    @Arg('input', () => TrackingEventInput, { description: 'What was said.' }) input: TrackingEventInput,
    @Arg('idempotencyKey', () => String, IDEMPOTENCY_KEY) key: string | null,
  ) {
    return answer(async () => {
      const report = { ...input, shipmentId: (input.shipmentId ?? null) as ShipmentId | null };
      const { ids } = await idempotently(
        scope,
        installation,
        { mutation: 'trackingEventRecord', key, input },
        async (tx) => {
          const done = await ofOne(recordTrackingEvents(tx, [report]));
          return { trackingEvent: done.trackingEventIds[0]!, order: done.orderIds[0] ?? null };
        },
      );
      const [trackingEvent] = await readTrackingEventsById(scope, [ids.trackingEvent]);
      const [order] = ids.order ? await readOrders(scope, [ids.order]) : [];
      return { trackingEvent: trackingEvent ?? null, order: order ?? null };
    });
  }
}
