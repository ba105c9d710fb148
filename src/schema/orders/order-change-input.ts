import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, InputType, Int, ObjectType } from 'type-graphql';

import { UserError } from '../access/user-error.ts';
import { Right } from '../right.ts';
import { Order } from './order.ts';

@InputType({ description: 'Means of payment. No number of a card: only what the source calls it.' })
export class PaymentMeansInput {
  @Field(() => String, {
    description: 'Kind, in the words of the order’s payments, for example `gift_card`. 1 to 100 characters.',
  })
  method!: string;

  @Field(() => String, { description: 'The source’s own id of the means. 1 to 280 characters.' })
  externalId!: string;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description:
      'What is on it, in minor units of the order’s currency, where you have looked. Null or absent: not known, and not checked.',
  })
  balanceMinor?: number | null;
}

@InputType({ description: 'Units of a line that become another variant of the same product.' })
export class SwappedLineInput {
  @Field(() => String, { description: 'External id of the order’s line; each once.' })
  lineExternalId!: string;

  @Field(() => Int, { description: 'Units that change. Whole, at least 1, at most those of the line.' })
  quantity!: number;

  @Field(() => String, { description: 'SKU of what they become: of the catalogue, of the same product.' })
  sku!: string;
}

@InputType({ description: 'Units of a line that come back.' })
export class ReturnedLineInput {
  @Field(() => String, { description: 'External id of the order’s line; each once.' })
  lineExternalId!: string;

  @Field(() => Int, { description: 'Units that come back. Whole, at least 1, at most those that are left.' })
  quantity!: number;
}

@InputType({
  description: 'Items that change before the order is worked on. The difference is paid or refunded by `means`.',
})
export class OrderItemsChangeInput {
  @Field(() => [SwappedLineInput], { description: 'What changes; all of it in one go. 1 to 1,000.' })
  lines!: SwappedLineInput[];

  @Field(() => PaymentMeansInput, { description: 'What the difference in price is paid by or goes back to.' })
  means!: PaymentMeansInput;
}

@InputType({ description: 'A return that a customer asks for.' })
export class OrderReturnInput {
  @Field(() => [ReturnedLineInput], { description: 'What comes back. 1 to 1,000.' })
  lines!: ReturnedLineInput[];

  @Field(() => String, { nullable: true, description: 'Why. 1 to 500 characters. Null or absent: not told.' })
  reason?: string | null;

  @Field(() => PaymentMeansInput, {
    description: 'Where the money goes: to means that paid, or to a gift card or store credit.',
  })
  means!: PaymentMeansInput;
}

@InputType({ description: 'An exchange that a customer asks for.' })
export class OrderExchangeInput {
  @Field(() => [SwappedLineInput], { description: 'What comes back, and what goes out instead. 1 to 1,000.' })
  lines!: SwappedLineInput[];

  @Field(() => String, { nullable: true, description: 'Why. 1 to 500 characters. Null or absent: not told.' })
  reason?: string | null;

  @Field(() => PaymentMeansInput, { description: 'What the difference in price is paid by or goes back to.' })
  means!: PaymentMeansInput;
}

@InputType({ description: 'Units of a line of a return that arrived so far.' })
export class ArrivedLineInput {
  @Field(() => String, { description: 'External id of the order’s line.' })
  lineExternalId!: string;

  @Field(() => Int, { description: 'Units. Whole, 0 to those that should come back.' })
  quantity!: number;
}

@ObjectType({
  description:
    'Answer of `orderCancel`, `orderAddressChange`, `orderPaymentChange`, `orderItemsChange`, `orderReturn`, `orderExchange` and `returnAdvance`.',
})
@Right('orders:change')
export class OrderChangePayload {
  @Field(() => Order, {
    nullable: true,
    description: 'The order as it is now. Null: refused, see `userErrors`, or you may not read it.',
  })
  order!: Order | null;

  @Field(() => [UserError], { description: 'Why it was refused: then nothing changed. Empty: it was done.' })
  userErrors!: UserError[];
}
