import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { Freshness } from '../../schema/freshness.ts';
import { StockEvent } from '../../schema/inventory/stock-event.ts';
import { Availability, StockLevel } from '../../schema/inventory/stock.ts';
import type { Freshness as Row } from '../../services/events/freshness.ts';
import type { StockPlace } from '../../services/inventory/inventory.ts';
import type { LocationId, VariantId } from '../../values/ids.ts';
import type { Context } from '../context.ts';

@Resolver(() => StockLevel)
export class StockLevelFreshnessFields {
  @FieldResolver(() => Freshness, {
    nullable: true,
    description:
      'How fresh what its source told is. Units that were held or given back here since make it neither fresher nor older. Never null while the level is there.',
  })
  freshness(@Root() level: StockPlace, @Ctx() { loaders }: Context): Promise<Row | null> {
    return loaders.stockFreshness.load(level);
  }
}

@Resolver(() => Availability)
export class AvailabilityFreshnessFields {
  @FieldResolver(() => Freshness, {
    nullable: true,
    description:
      'How fresh the count is that the units were taken from, with words for the customer while its source is silent. Never null while the level is there.',
  })
  freshness(@Root() one: StockPlace, @Ctx() { loaders }: Context): Promise<Row | null> {
    return loaders.stockFreshness.load(one);
  }
}

@Resolver(() => StockEvent)
export class StockEventFreshnessFields {
  @FieldResolver(() => Freshness, {
    nullable: true,
    description:
      'How fresh the level is when the event is delivered, maybe fresher than the event. Null: there is no such level any more.',
  })
  freshness(@Root() { details }: StockEvent, @Ctx() { loaders }: Context): Promise<Row | null> {
    const { variantId, locationId } = details;
    return loaders.stockFreshness.load({
      variantId: String(variantId) as VariantId,
      locationId: String(locationId) as LocationId,
    });
  }
}
