import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { MomentText } from '../../values/context-packet.ts';
import { Money } from '../money.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';

@ObjectType({ description: 'One line of the basket as a packet carries it.', simpleResolvers: true })
@Right('activity:read')
export class ContextBasketLine {
  @Field(() => String, { description: 'Stock keeping unit as the shop names it.' })
  sku!: string;

  @Field(() => Int, { description: 'Units. Whole, at least 1.' })
  quantity!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Title of the variant. Null: the catalogue does not know the SKU.',
  })
  title!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the variant, `var_…`. Null: the catalogue does not know the SKU.',
  })
  variantId!: string | null;

  @Field(() => Money, {
    nullable: true,
    description: 'Price of one unit as the shop showed it. Null: not told. Asks the right `payments:read`.',
  })
  @Right('payments:read')
  unitPrice!: Money | null;
}

@ObjectType({
  description: 'The newest basket of the person, on whatever device it was filled.',
  simpleResolvers: true,
})
@Right('activity:read')
export class ContextBasket {
  @Field(() => DateTime, { description: 'When it was last changed, by the source’s clock.' })
  changedAt!: MomentText;

  @Field(() => String, { description: 'System that told us; `customer:` and an id where the own browser did.' })
  source!: string;

  @Field(() => [ContextBasketLine], { description: 'Its lines, in the order of the source. Empty: it was emptied.' })
  lines!: ContextBasketLine[];
}
