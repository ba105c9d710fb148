import { Field, Float, ID, Int, ObjectType } from 'type-graphql';

import type { MomentText } from '../../values/context-packet.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

@ObjectType({ description: 'Stock of a variant in one store.', simpleResolvers: true })
@Right('stock:read')
export class ContextStockLocation {
  @Field(() => ID, { description: 'Id of the store, `loc_…`.' })
  locationId!: string;

  @Field(() => String, { description: 'Name of the store.' })
  name!: string;

  @Field(() => Int, {
    description:
      'Units that can be promised: on hand minus committed, held, safety and damaged. Whole, at least 0. To customers STOCK_EXACT_UP_TO at most.',
  })
  available!: number;

  @Field(() => DateTime, { description: 'When it was counted, by the source’s clock.' })
  asOf!: MomentText;

  @Field(() => Float, {
    nullable: true,
    description: 'Kilometres from the customer, one decimal. Null: one of the two places is unknown.',
  })
  distanceKm!: number | null;
}

@ObjectType({
  description:
    'Stock of something that the person ordered, looked at or has in the basket, in the three nearest stores.',
  simpleResolvers: true,
})
@Right('stock:read')
export class ContextStock {
  @Field(() => ID, { description: 'Id of the variant, `var_…`.' })
  variantId!: string;

  @Field(() => String, { description: 'Stock keeping unit.' })
  sku!: string;

  @Field(() => String, { description: 'Title of the variant.' })
  title!: string;

  @Field(() => [ContextStockLocation], { description: 'Stores, nearest first; three at most.' })
  locations!: ContextStockLocation[];
}
