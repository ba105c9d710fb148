import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, ID, InputType, Int } from 'type-graphql';

import type {
  FulfilmentMethod,
  FulfilmentOrderStatus,
  IdentityKind,
  ReturnOutcome,
  ReturnStatus,
} from '../../values/vocabulary.ts';
import { MoneyInput } from '../money.ts';
import { NamedValueInput } from '../named-value.ts';
import { PostalAddressInput } from '../postal-address.ts';
import { DateTime } from '../scalars.ts';
import {
  FulfilmentMethodEnum,
  FulfilmentOrderStatusEnum,
  IdentityKindEnum,
  ReturnOutcomeEnum,
  ReturnStatusEnum,
} from '../vocabulary.ts';

@InputType({ description: 'Who ordered, by an identity. An unknown one makes a customer.' })
export class BuyerIdentityInput {
  @Field(() => IdentityKindEnum, { description: 'What `value` is.' })
  kind!: IdentityKind;

  @Field(() => String, { description: 'The identifier; a phone number with + and country.' })
  value!: string;

  @Field(() => String, { nullable: true, description: 'Name for a new customer. Null or absent: none.' })
  displayName?: string | null;
}

@InputType({ description: 'One line of an order.' })
export class OrderLineInput {
  @Field(() => String, {
    description: 'The source’s own id of the line. Unique within the order; 1 to 300 characters.',
  })
  externalId!: string;

  @Field(() => String, { description: 'Stock keeping unit. 1 to 200 characters; need not be in the catalogue.' })
  sku!: string;

  @Field(() => String, { description: 'Title. 1 to 1,000 characters.' })
  title!: string;

  @Field(() => [NamedValueInput], { nullable: true, description: 'Options of the variant. Null or absent: none.' })
  options?: NamedValueInput[] | null;

  @Field(() => Int, { description: 'Units ordered. Whole, at least 1.' })
  quantity!: number;

  @Field(() => GraphQLSafeInt, { description: 'Price of one unit in minor units of the order’s currency. At least 0.' })
  unitPriceMinor!: number;
}

@InputType({ description: 'The order was placed. Name the customer by exactly one of `customerId` and `identity`.' })
export class OrderPlacedInput {
  @Field(() => ID, { nullable: true, description: 'Who ordered, `cus_…`.' })
  customerId?: string | null;

  @Field(() => BuyerIdentityInput, { nullable: true, description: 'Who ordered, where you do not know our id.' })
  identity?: BuyerIdentityInput | null;

  @Field(() => ID, {
    nullable: true,
    description: 'A marketplace or store chain that may see the order, `ptn_…`. Null or absent: none.',
  })
  partnerId?: string | null;

  @Field(() => MoneyInput, { description: 'What it costs in all. Its currency is the order’s for ever.' })
  total!: MoneyInput;

  @Field(() => [OrderLineInput], { description: 'Its lines, in the order people should see. 1,000 at most.' })
  lines!: OrderLineInput[];

  @Field(() => PostalAddressInput, { nullable: true, description: 'Where it is sent. Null or absent: not told.' })
  shippingAddress?: PostalAddressInput | null;
}

@InputType({ description: 'The lines are others now: all of them, not a difference.' })
export class OrderLinesChangedInput {
  @Field(() => [OrderLineInput], { description: 'All lines as they are now.' })
  lines!: OrderLineInput[];

  @Field(() => GraphQLSafeInt, { description: 'What it costs in all now, in minor units of the order’s currency.' })
  totalMinor!: number;
}

@InputType({ description: 'Money moved: from the customer, or back. Both positive.' })
export class MoneyMovedInput {
  @Field(() => String, { description: 'The source’s own id of it. 1 to 300 characters.' })
  externalId!: string;

  @Field(() => String, {
    description: 'Means of payment in your words, for example `credit_card`. 1 to 100 characters.',
  })
  method!: string;

  @Field(() => MoneyInput, {
    description: 'How much. In another currency than the order’s the fact is kept apart: see `quarantinedFacts`.',
  })
  amount!: MoneyInput;
}

@InputType({ description: 'Units of a line that are worked on at one place.' })
export class FulfilmentOrderLineInput {
  @Field(() => String, { description: 'External id of the order’s line.' })
  lineExternalId!: string;

  @Field(() => Int, { description: 'Units. Whole, at least 1.' })
  quantity!: number;
}

@InputType({
  description: 'Work was planned at a place, or went on. What is null or absent stays as it was told before.',
})
export class FulfilmentOrderRecordedInput {
  @Field(() => String, {
    description: 'The source’s own id of the work. Unique within the order; 1 to 300 characters.',
  })
  externalId!: string;

  @Field(() => FulfilmentOrderStatusEnum, { description: 'How far it is. A step that lies behind is history.' })
  status!: FulfilmentOrderStatus;

  @Field(() => String, { nullable: true, description: 'Where the work is done, in your words. 1 to 300 characters.' })
  locationExternalId?: string | null;

  @Field(() => FulfilmentMethodEnum, { nullable: true, description: 'How the goods leave. Never told: SHIP.' })
  method?: FulfilmentMethod | null;

  @Field(() => DateTime, { nullable: true, description: 'By when it should be done.' })
  fulfilBy?: Date | null;

  @Field(() => [FulfilmentOrderLineInput], {
    nullable: true,
    description: 'What is worked on. Empty: all of the order. 10,000 at most.',
  })
  lines?: FulfilmentOrderLineInput[] | null;
}

@InputType({ description: 'A parcel was made.' })
export class ShipmentCreatedInput {
  @Field(() => String, {
    description: 'The source’s own id of the parcel. Unique within the order; 1 to 300 characters.',
  })
  externalId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'External id of the fulfilment order that it comes out of. Null or absent: not told.',
  })
  fulfilmentOrderExternalId?: string | null;

  @Field(() => String, { nullable: true, description: 'Who carries it. Null or absent: not told.' })
  carrier?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Number by which the carrier knows it. Null or absent: not told.',
  })
  trackingNumber?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The partner that carries it: sees the order and reports on the parcel. Null or absent: none.',
  })
  partnerId?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'External ids of the lines in it. Null, absent or empty: all of them.',
  })
  lineExternalIds?: string[] | null;

  @Field(() => DateTime, { nullable: true, description: 'When it should arrive. Null or absent: no estimate.' })
  estimatedDeliveryAt?: Date | null;
}

@InputType({ description: 'The order was cancelled.' })
export class OrderCancelledInput {
  @Field(() => String, {
    nullable: true,
    description: 'Why, in your words. 1 to 500 characters. Null or absent: not told.',
  })
  reason?: string | null;
}

@InputType({ description: 'Units of a line that come back.' })
export class ReturnLineInput {
  @Field(() => String, { description: 'External id of the order’s line.' })
  lineExternalId!: string;

  @Field(() => Int, { description: 'Units. Whole, at least 1.' })
  quantity!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'Units that arrived so far, 0 to `quantity`. Null or absent: as told before.',
  })
  receivedQuantity?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'SKU of what goes out instead. Null or absent: as told before.',
  })
  exchangeSku?: string | null;
}

@InputType({ description: 'A return or exchange was asked for, or went on.' })
export class ReturnRecordedInput {
  @Field(() => String, {
    description: 'The source’s own id of the return. Unique within the order; 1 to 300 characters.',
  })
  externalId!: string;

  @Field(() => ReturnStatusEnum, { description: 'How far it is.' })
  status!: ReturnStatus;

  @Field(() => ReturnOutcomeEnum, {
    nullable: true,
    description: 'What the customer gets for it. Null or absent: as told before; never told: REFUND.',
  })
  outcome?: ReturnOutcome | null;

  @Field(() => String, {
    nullable: true,
    description: 'Means of payment that the refund goes to, for example `gift_card`. Null or absent: as told before.',
  })
  refundMethod?: string | null;

  @Field(() => String, { nullable: true, description: 'Why. Null or absent: as told before.' })
  reason?: string | null;

  @Field(() => [ReturnLineInput], {
    nullable: true,
    description: 'What comes back. Null or absent: as told before. Empty: all of the order.',
  })
  lines?: ReturnLineInput[] | null;
}

const ONE = 'Exactly one of the fields that say what happened must be given.';

@InputType({
  description: `A fact: something that a source says happened to an order. Facts may come in any order and any number of times. ${ONE}`,
})
export class OrderFactInput {
  @Field(() => String, {
    description: 'The order, by the number that people say. 1 to 200 characters. It need not be placed yet.',
  })
  orderNumber!: string;

  @Field(() => String, { description: 'Name of the system that says so. 1 to 100 characters.' })
  source!: string;

  @Field(() => String, {
    description:
      'The source’s own id of this fact. With `source` it names the fact for ever: a repeat changes nothing.',
  })
  sourceEventId!: string;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'Version of the object at its source, trusted more than clocks. Null or absent: clocks decide.',
  })
  sourceVersion?: number | null;

  @Field(() => DateTime, { description: 'When it happened, by the source’s clock. Not later than in a year.' })
  occurredAt!: Date;

  @Field(() => OrderPlacedInput, { nullable: true, description: `It was placed. ${ONE}` })
  placed?: OrderPlacedInput | null;

  @Field(() => OrderLinesChangedInput, { nullable: true, description: `Its lines are others now. ${ONE}` })
  linesChanged?: OrderLinesChangedInput | null;

  @Field(() => PostalAddressInput, { nullable: true, description: `It is sent elsewhere now. ${ONE}` })
  addressChanged?: PostalAddressInput | null;

  @Field(() => MoneyMovedInput, { nullable: true, description: `The customer paid. ${ONE}` })
  paymentRecorded?: MoneyMovedInput | null;

  @Field(() => MoneyMovedInput, { nullable: true, description: `Money went back. ${ONE}` })
  refundRecorded?: MoneyMovedInput | null;

  @Field(() => MoneyMovedInput, {
    nullable: true,
    description: `Money will go back; \`refundRecorded\` with the same external id says that it went. ${ONE}`,
  })
  refundPromised?: MoneyMovedInput | null;

  @Field(() => FulfilmentOrderRecordedInput, {
    nullable: true,
    description: `Work was planned at a place, or went on. ${ONE}`,
  })
  fulfilmentOrderRecorded?: FulfilmentOrderRecordedInput | null;

  @Field(() => Boolean, { nullable: true, description: `True: work on it began, where no parcel is named. ${ONE}` })
  processed?: boolean | null;

  @Field(() => ShipmentCreatedInput, { nullable: true, description: `A parcel was made. ${ONE}` })
  shipmentCreated?: ShipmentCreatedInput | null;

  @Field(() => Boolean, { nullable: true, description: `True: it arrived, where no parcel is named. ${ONE}` })
  delivered?: boolean | null;

  @Field(() => OrderCancelledInput, { nullable: true, description: `It was cancelled. ${ONE}` })
  cancelled?: OrderCancelledInput | null;

  @Field(() => ReturnRecordedInput, { nullable: true, description: `A return was asked for or went on. ${ONE}` })
  returnRecorded?: ReturnRecordedInput | null;
}
