import { Field, Float, ID, Int, ObjectType } from 'type-graphql';

import { connectionOf } from '../connection.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

@ObjectType({ description: 'Units of a variant at a location.', simpleResolvers: true })
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

  @Field(() => Int, { description: 'Units that are kept for somebody. Whole, at least 0.' })
  held!: number;

  @Field(() => DateTime, { description: 'Of when this is, by the source’s clock.' })
  asOf!: Date;
}

@ObjectType({ description: 'Units of a SKU that can be promised at one location.' })
@Right('stock:read')
export class Availability {
  @Field(() => ID, { description: 'The variant, `var_…`.' })
  variantId!: string;

  @Field(() => ID, { description: 'The location, `loc_…`.' })
  locationId!: string;

  @Field(() => Int, {
    description:
      'Units that can be promised now: on hand minus held. Whole, at least 0. Source: stock levels at the moment of the answer.',
  })
  available!: number;

  @Field(() => DateTime, { description: 'Of when the count is, by the source’s clock.' })
  asOf!: Date;

  @Field(() => Float, {
    nullable: true,
    description:
      'Kilometres along the great circle, to the metre. Null: no place was asked for, or the location’s is not known.',
  })
  distanceKm!: number | null;
}
export const AvailabilityConnection = connectionOf(Availability, 'Availability', 'stock:read');
