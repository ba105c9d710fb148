import { Field, ObjectType } from 'type-graphql';

import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { Location, Product } from './catalogue.ts';
import { StockLevel } from './stock.ts';

const REFUSED = 'Why it was refused. Empty: it was done.';

@ObjectType({ description: 'Answer of `productRecord`.' })
@Right('catalogue:write')
export class ProductRecordPayload {
  @Field(() => Product, { nullable: true, description: 'The product as it is now. Null: refused, see `userErrors`.' })
  product!: Product | null;

  @Field(() => [UserError], { description: REFUSED })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `locationRecord`.' })
@Right('catalogue:write')
export class LocationRecordPayload {
  @Field(() => Location, { nullable: true, description: 'The location as it is now. Null: refused, see `userErrors`.' })
  location!: Location | null;

  @Field(() => [UserError], { description: REFUSED })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `stockSet`.' })
@Right('stock:write')
export class StockSetPayload {
  @Field(() => StockLevel, { nullable: true, description: 'The level as it is now. Null: refused, see `userErrors`.' })
  stockLevel!: StockLevel | null;

  @Field(() => [UserError], { description: REFUSED })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `stockAdjust`.' })
@Right('stock:write')
export class StockAdjustPayload {
  @Field(() => StockLevel, { nullable: true, description: 'The level as it is now. Null: refused, see `userErrors`.' })
  stockLevel!: StockLevel | null;

  @Field(() => [UserError], { description: `${REFUSED} INSUFFICIENT_STOCK comes as \`InsufficientStockError\`.` })
  userErrors!: UserError[];
}
