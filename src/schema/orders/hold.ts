import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

import type { HoldState } from '../../values/holds.ts';
import { UserError } from '../access/user-error.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { OfCustomer } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { HoldStateEnum } from '../vocabulary.ts';

@ObjectType({ description: 'Units of a SKU that are held.', simpleResolvers: true })
@Right('pickups:read')
export class HoldLine {
  @Field(() => ID, { description: 'The variant, `var_…`.' })
  variantId!: string;

  @Field(() => String, { description: 'Stock keeping unit of the variant.' })
  sku!: string;

  @Field(() => Int, { description: 'Units. Whole, at least 1.' })
  quantity!: number;
}

@ObjectType({
  implements: Node,
  description:
    'Units that are kept for a customer at a location, with the time at which they are picked up: both or none.',
  simpleResolvers: true,
})
@Right('pickups:read')
@OfCustomer('customerId')
export class Hold extends Node {
  @Field(() => HoldStateEnum, { description: 'How it stands. Expired from `expiresAt` on, unless it was confirmed.' })
  state!: HoldState;

  @Field(() => ID, { description: 'The location, `loc_…`.' })
  locationId!: string;

  @Field(() => [HoldLine], { description: 'What is held, by SKU.' })
  lines!: HoldLine[];

  @Field(() => DateTime, { description: 'When it was made.' })
  madeAt!: Date;

  @Field(() => DateTime, { description: 'Until when it must be confirmed, by the database’s clock.' })
  expiresAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When its state last changed. Null: it is as it was made.' })
  settledAt!: Date | null;
}
export const HoldConnection = connectionOf(Hold, 'Hold', 'pickups:read');

@InputType({ description: 'Units of a SKU that a customer wants.' })
export class HeldLineInput {
  @Field(() => String, { description: 'Stock keeping unit.' })
  sku!: string;

  @Field(() => Int, { description: 'Units. Whole, 1 to 1,000.' })
  quantity!: number;
}

@InputType({ description: 'What a customer wants to pick up, where and when.' })
export class PickupReserveInput {
  @Field(() => ID, {
    nullable: true,
    description: 'The conversation that it is agreed in, `cnv_…`. Null or absent: none; then name the customer.',
  })
  conversationId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The customer, `cus_…`. Null or absent: the one of the conversation.',
  })
  customerId?: string | null;

  @Field(() => ID, { description: 'Where, `loc_…`.' })
  locationId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'When, `slt_…` of `pickupSlots`. Null or absent: no time is agreed.',
  })
  slotId?: string | null;

  @Field(() => [HeldLineInput], { description: 'What. 1 to 50.' })
  lines!: HeldLineInput[];

  @Field(() => Int, {
    defaultValue: 30,
    description: 'Minutes that it is held without being confirmed. Whole, 1 to 10,080.',
  })
  minutes!: number;
}

@ObjectType({ description: 'Answer of `pickupReserve`, `pickupConfirm`, `pickupCollect` and `pickupRelease`.' })
@Right('pickups:write')
export class PickupPayload {
  @Field(() => Hold, {
    nullable: true,
    description: 'What is held as it is now. Null: refused, see `userErrors`, or you may not read it.',
  })
  hold!: Hold | null;

  @Field(() => [UserError], {
    description:
      'Why it was refused: then nothing changed. Empty: it was done. INSUFFICIENT_STOCK comes as `InsufficientStockError`.',
  })
  userErrors!: UserError[];
}
