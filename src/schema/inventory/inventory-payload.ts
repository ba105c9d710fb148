import { Field, ObjectType } from 'type-graphql';

import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { Location, Product } from './catalogue.ts';
import { StockLevel } from './stock.ts';

const REFUSED = 'Why it was refused. Empty: it was done.';
const REFUSED_WHOLE = `${REFUSED} \`field\` names the one at fault by its place, from 0; nothing of the list was stored.`;

@ObjectType({ description: 'Answer of `productUpsert`.' })
@Right('catalogue:write')
export class ProductUpsertPayload {
  @Field(() => Product, { nullable: true, description: 'The product as it is now. Null: refused, see `userErrors`.' })
  product!: Product | null;

  @Field(() => [UserError], { description: REFUSED })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `locationUpsert`.' })
@Right('catalogue:write')
export class LocationUpsertPayload {
  @Field(() => Location, { nullable: true, description: 'The location as it is now. Null: refused, see `userErrors`.' })
  location!: Location | null;

  @Field(() => [UserError], { description: REFUSED })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `productsUpsert`.' })
@Right('catalogue:write')
export class ProductsUpsertPayload {
  @Field(() => [Product], {
    nullable: true,
    description: 'The products as they are now, in the order of the input. Null: refused, see `userErrors`.',
  })
  products!: Product[] | null;

  @Field(() => [UserError], { description: REFUSED_WHOLE })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Answer of `locationsUpsert`.' })
@Right('catalogue:write')
export class LocationsUpsertPayload {
  @Field(() => [Location], {
    nullable: true,
    description: 'The locations as they are now, in the order of the input. Null: refused, see `userErrors`.',
  })
  locations!: Location[] | null;

  @Field(() => [UserError], { description: REFUSED_WHOLE })
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
