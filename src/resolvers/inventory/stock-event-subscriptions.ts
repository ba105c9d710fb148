import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root, Subscription } from 'type-graphql';

import { StockEvent, StockEventPayload } from '../../schema/inventory/stock-event.ts';
import { AFTER } from '../../schema/live/delivered-event.ts';
import { Right } from '../../schema/right.ts';
import { availableOf, NO_UNITS, QUANTITY_KEYS, type Quantities } from '../../values/stock-quantities.ts';
import type { Context } from '../context.ts';
import { subscribeByLiveEdge } from '../subscribe-by-live-edge.ts';
import { unitsShown } from './units-shown.ts';

/** What the event tells. What an event of an earlier release does not tell is none. */
const quantitiesOf = ({ details }: StockEvent): Quantities =>
  Object.fromEntries(QUANTITY_KEYS.map((key) => [key, Number(details[key] ?? NO_UNITS[key])])) as unknown as Quantities;

@Resolver()
export class StockEventSubscriptions {
  @Subscription(() => StockEventPayload, {
    subscribe: subscribeByLiveEdge,
    description:
      'Changes of stock, each once and in order: of a variant, of a location, of one variant at one location, or all; to a partner those in its own stores. ' +
      'Begins with a checkpoint (a cursor without an event); another one follows 15 s of silence.',
  })
  @Right('stock:read')
  stockEvents(
    @Root() payload: StockEventPayload,
    @Arg('variantId', () => ID, { nullable: true, description: 'Only this variant, `var_…`.' }) _variantId?: string,
    @Arg('locationId', () => ID, { nullable: true, description: 'Only this location, `loc_…`.' }) _locationId?: string,
    @Arg('after', () => String, { nullable: true, description: AFTER }) _after?: string,
  ): StockEventPayload {
    return payload;
  }
}

@Resolver(() => StockEvent)
export class StockEventFields {
  @FieldResolver(() => ID, { description: 'Id of the variant, `var_…`.' })
  variantId(@Root() event: StockEvent) {
    return event.details['variantId'];
  }

  @FieldResolver(() => ID, { description: 'Id of the location, `loc_…`.' })
  locationId(@Root() event: StockEvent) {
    return event.details['locationId'];
  }

  @FieldResolver(() => String, { description: 'Stock keeping unit of the variant.' })
  sku(@Root() event: StockEvent) {
    return event.details['sku'];
  }

  @FieldResolver(() => Int, {
    description: 'Units on hand after the change. Whole, at least 0. To customers STOCK_EXACT_UP_TO at most.',
  })
  onHand(@Root() event: StockEvent, @Ctx() context: Context): number {
    return unitsShown(context, quantitiesOf(event).onHand);
  }

  @FieldResolver(() => Int, {
    description:
      'Units that can be promised after the change: on hand minus committed, held, safety and damaged. Whole, at least 0. To customers STOCK_EXACT_UP_TO at most.',
  })
  available(@Root() event: StockEvent, @Ctx() context: Context): number {
    return unitsShown(context, availableOf(quantitiesOf(event)));
  }
}
