import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { StockQuantity } from '../../values/stock-quantities.ts';
import type { SubstituteReason } from '../../values/substitutes.ts';
import { connectionOf } from '../connection.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { StockQuantityEnum, SubstituteReasonEnum } from '../vocabulary.ts';

@ObjectType({ description: 'Units of a variant at a location, by name.', simpleResolvers: true })
@Right('stock:read')
export class StockLevel {
  @Field(() => ID, { description: 'The variant, `var_…`.' })
  variantId!: string;

  @Field(() => ID, { description: 'The location, `loc_…`.' })
  locationId!: string;

  @Field(() => String, { description: 'Stock keeping unit of the variant.' })
  sku!: string;

  @Field(() => Int, { description: 'Units that are there. Whole, at least 0.' })
  onHand!: number;

  @Field(() => Int, { description: 'Units that are sold and not gone yet. Whole, at least 0.' })
  committed!: number;

  @Field(() => Int, { description: 'Units that are kept for somebody who has not bought yet. Whole, at least 0.' })
  held!: number;

  @Field(() => Int, { description: 'Units on the way here; not on hand. Whole, at least 0.' })
  incoming!: number;

  @Field(() => Int, {
    description: 'Units that are kept back so that a wrong count breaks no promise. Whole, at least 0.',
  })
  safety!: number;

  @Field(() => Int, { description: 'Units that are there and not to be sold. Whole, at least 0.' })
  damaged!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the next of the incoming units are expected. Null: nobody says.',
  })
  incomingAt!: Date | null;

  @Field(() => DateTime, { description: 'Of when this is, by the source’s clock.' })
  asOf!: Date;
}

@ObjectType({ description: 'Units that came to one quantity of a level, or went from it.', simpleResolvers: true })
@Right('ledger:read')
export class StockQuantityChange {
  @Field(() => StockQuantityEnum, { description: 'Which quantity.' })
  quantity!: StockQuantity;

  @Field(() => Int, { description: 'Units that came (above 0) or went (below 0). Whole, never 0.' })
  delta!: number;

  @Field(() => Int, { description: 'Units of it afterwards. Whole.' })
  after!: number;
}

@ObjectType({
  description: 'An entry in the ledger of a level: one change, why, and who said so.',
  simpleResolvers: true,
})
@Right('ledger:read')
export class StockEntry {
  @Field(() => DateTime, { description: 'When it happened, by the source’s clock.' })
  occurredAt!: Date;

  @Field(() => DateTime, { description: 'When it was written down, by the server’s clock.' })
  recordedAt!: Date;

  @Field(() => String, {
    description:
      'Why, in a word of the source: `count`, `sold`, `reserved`. `late count`: a newer count was known; it changed nothing.',
  })
  reason!: string;

  @Field(() => String, { description: 'Name of the system that said so, or the principal that acted.' })
  source!: string;
}
export const StockEntryConnection = connectionOf(StockEntry, 'StockEntry', 'ledger:read');

@ObjectType({ description: 'Units on the way to a location.', simpleResolvers: true })
@Right('stock:read')
export class IncomingStock {
  @Field(() => Int, { description: 'Units on the way. Whole, at least 1.' })
  quantity!: number;

  @Field(() => DateTime, { nullable: true, description: 'When the next of them are expected. Null: nobody says.' })
  expectedAt!: Date | null;
}

@ObjectType({ description: 'Units of a SKU that can be promised at one location, and when a customer could have one.' })
@Right('stock:read')
export class Availability {
  @Field(() => ID, { description: 'The variant, `var_…`.' })
  variantId!: string;

  @Field(() => ID, { description: 'The location, `loc_…`.' })
  locationId!: string;

  @Field(() => DateTime, { description: 'Of when the count is, by the source’s clock.' })
  asOf!: Date;
}
export const AvailabilityConnection = connectionOf(Availability, 'Availability', 'stock:read');

@ObjectType({ description: 'An article to offer where another one is out or late.' })
@Right('stock:read')
export class Substitute {
  @Field(() => SubstituteReasonEnum, { description: 'What the two have in common.' })
  reason!: SubstituteReason;

  @Field(() => Availability, { description: 'The nearest location that can promise so many.' })
  nearest!: Availability;
}
