import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { FulfilmentStatus, OrderReturnStatus } from '../../values/order-axes.ts';
import type {
  FulfilmentMethod,
  FulfilmentOrderStatus,
  OrderStatus,
  PaymentKind,
  PaymentState,
  PaymentStatus,
  ReturnOutcome,
  ReturnStatus,
  ShipmentStatus,
} from '../../values/vocabulary.ts';
import { connectionOf } from '../connection.ts';
import { Node } from '../node.ts';
import { PostalAddress } from '../postal-address.ts';
import { OfCustomer } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import {
  FulfilmentMethodEnum,
  FulfilmentOrderStatusEnum,
  FulfilmentStatusEnum,
  OrderReturnStatusEnum,
  OrderStatusEnum,
  PaymentKindEnum,
  PaymentStateEnum,
  PaymentStatusEnum,
  ReturnOutcomeEnum,
  ReturnStatusEnum,
  ShipmentStatusEnum,
} from '../vocabulary.ts';

@ObjectType({
  implements: Node,
  description:
    'An order: what all facts that sources told about it say together. Seen by its customer, its partners and the shop.',
  simpleResolvers: true,
})
@Right('orders:read')
@OfCustomer('customerId')
export class Order extends Node {
  @Field(() => String, { description: 'The number that people say, as the source writes it. Unique.' })
  number!: string;

  @Field(() => String, { description: 'Name of the system that placed it.' })
  source!: string;

  @Field(() => ID, {
    description: 'The person who ordered, `cus_…`; after a merge the surviving one. Asks the right `customers:read`.',
  })
  @Right('customers:read')
  customerId!: string;

  @Field(() => OrderStatusEnum, {
    description: 'Where it stands. Derived from its facts, never set; a late fact does not move it back.',
  })
  status!: OrderStatus;

  @Field(() => DateTime, { description: 'When the status came to be, by the source’s clock.' })
  statusOccurredAt!: Date;

  @Field(() => DateTime, { description: 'When the fact that brought the status reached us.' })
  statusReceivedAt!: Date;

  @Field(() => DateTime, { description: 'When the fact that brought the status was stored.' })
  statusRecordedAt!: Date;

  @Field(() => String, {
    nullable: true,
    description: 'The source’s own code for what brought the status. Null: it gave none.',
  })
  statusReasonCode!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What brought the status, in the source’s own words. Null: it gave none.',
  })
  statusRaw!: string | null;

  @Field(() => FulfilmentStatusEnum, { description: 'Where the goods are. Moves apart from money and returns.' })
  fulfilmentStatus!: FulfilmentStatus;

  @Field(() => OrderReturnStatusEnum, { description: 'What comes back, all returns together.' })
  returnStatus!: OrderReturnStatus;

  @Field(() => PaymentStatusEnum, { description: 'Where the money stands. Asks the right `payments:read`.' })
  @Right('payments:read')
  paymentStatus!: PaymentStatus;

  @Field(() => DateTime, { description: 'When it was placed, by the source’s clock.' })
  placedAt!: Date;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was cancelled, as the source wrote it. Null: it was not, or no reason was given.',
  })
  cancelReason!: string | null;

  @Field(() => PostalAddress, {
    nullable: true,
    description: 'Where it is sent. Null: not told. Asks the right `addresses:read`.',
  })
  @Right('addresses:read')
  shippingAddress!: PostalAddress | null;

  @Field(() => DateTime, { description: 'When anything of it last changed, by the server’s clock.' })
  updatedAt!: Date;
}
export const OrderConnection = connectionOf(Order, 'Order', 'orders:read');

@ObjectType({
  description: 'What was known of where an order stands from one moment to another, by the server’s clock.',
  simpleResolvers: true,
})
@Right('orders:read')
export class OrderVersion {
  @Field(() => OrderStatusEnum, { description: 'What readers saw.' })
  status!: OrderStatus;

  @Field(() => FulfilmentStatusEnum, { description: 'Where the goods were.' })
  fulfilmentStatus!: FulfilmentStatus;

  @Field(() => PaymentStatusEnum, { description: 'Where the money stood. Asks the right `payments:read`.' })
  @Right('payments:read')
  paymentStatus!: PaymentStatus;

  @Field(() => OrderReturnStatusEnum, { description: 'What came back.' })
  returnStatus!: OrderReturnStatus;

  @Field(() => DateTime, { description: 'From when it was known.' })
  validFrom!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Until when. Null: it is known still.' })
  validTo!: Date | null;
}

@ObjectType({ description: 'One line of an order.', simpleResolvers: true })
@Right('orders:read')
export class OrderLine {
  @Field(() => ID, { description: 'Id of the line, `oln_…`. Stays while the source names the line.' })
  id!: string;

  @Field(() => String, { description: 'The source’s own id of the line. Unique within the order.' })
  externalId!: string;

  @Field(() => String, { description: 'Stock keeping unit as the order names it.' })
  sku!: string;

  @Field(() => String, { description: 'Title as the order names it.' })
  title!: string;

  @Field(() => Int, {
    description: 'Units ordered. Whole, at least 1; in an imported archive of invoices below 0 for what went back.',
  })
  quantity!: number;
}

@ObjectType({ description: 'Money that moved for an order: a payment or a refund.', simpleResolvers: true })
@Right('payments:read')
export class Payment {
  @Field(() => ID, { description: 'Id of the payment, `pay_…`.' })
  id!: string;

  @Field(() => String, { description: 'The source’s own id of it. Unique within the order and kind.' })
  externalId!: string;

  @Field(() => PaymentKindEnum, { description: 'Which way the money went.' })
  kind!: PaymentKind;

  @Field(() => String, { description: 'Means of payment in the source’s words, for example `credit_card`.' })
  method!: string;

  @Field(() => PaymentStateEnum, { description: 'Whether it moved.' })
  state!: PaymentState;

  @Field(() => DateTime, {
    nullable: true,
    description: 'By when the customer should have the refund, by the policy of its means. Null: a payment.',
  })
  expectedBy!: Date | null;

  @Field(() => DateTime, { description: 'When it moved or was promised, by the source’s clock.' })
  occurredAt!: Date;
}

@ObjectType({ description: 'Units of a line that are worked on at one place.', simpleResolvers: true })
@Right('orders:read')
export class FulfilmentOrderLine {
  @Field(() => String, { description: 'External id of the order’s line.' })
  lineExternalId!: string;

  @Field(() => Int, { description: 'Units. Whole, at least 1.' })
  quantity!: number;
}

@ObjectType({
  description: 'Work planned at one place for an order: what is packed and leaves from there. Parcels come out of it.',
  simpleResolvers: true,
})
@Right('orders:read')
export class FulfilmentOrder {
  @Field(() => ID, { description: 'Id of the work, `ful_…`.' })
  id!: string;

  @Field(() => String, { description: 'The source’s own id of it. Unique within the order.' })
  externalId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Where the work is done, as the source calls the place. Null: not told.',
  })
  locationExternalId!: string | null;

  @Field(() => FulfilmentMethodEnum, { description: 'How the goods leave.' })
  method!: FulfilmentMethod;

  @Field(() => FulfilmentOrderStatusEnum, { description: 'How far it is: as its source says, or its parcels show.' })
  status!: FulfilmentOrderStatus;

  @Field(() => DateTime, { description: 'When the status came to be, by the source’s clock.' })
  statusOccurredAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'By when it should be done. Null: not told.' })
  fulfilBy!: Date | null;

  @Field(() => [FulfilmentOrderLine], { description: 'What is worked on. Empty: all of the order.' })
  lines!: FulfilmentOrderLine[];

  @Field(() => DateTime, { description: 'When it was planned, by the source’s clock.' })
  createdAt!: Date;
}

@ObjectType({
  implements: Node,
  description: 'A parcel of an order. A carrier sees its own parcels only.',
  simpleResolvers: true,
})
@Right('orders:read')
@OfCustomer('customerId')
export class Shipment extends Node {
  @Field(() => String, { description: 'The source’s own id of the parcel. Unique within the order.' })
  externalId!: string;

  @Field(() => String, { nullable: true, description: 'Who carries it, in the source’s words. Null: not told.' })
  carrier!: string | null;

  @Field(() => String, { nullable: true, description: 'Number by which the carrier knows it. Null: not told.' })
  trackingNumber!: string | null;

  @Field(() => ShipmentStatusEnum, {
    description: 'Where it is: what the newest tracking event by the carrier’s clock says.',
  })
  status!: ShipmentStatus;

  @Field(() => DateTime, { description: 'When the status came to be, by the carrier’s clock.' })
  statusOccurredAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it should arrive. Null: no estimate.' })
  estimatedDeliveryAt!: Date | null;

  @Field(() => DateTime, { description: 'When it was created, by the source’s clock.' })
  createdAt!: Date;
}

@ObjectType({ implements: Node, description: 'What a carrier said about a parcel.', simpleResolvers: true })
@Right('orders:read')
@OfCustomer('customerId')
export class TrackingEvent extends Node {
  @Field(() => ShipmentStatusEnum, { description: 'What happened, in our small vocabulary.' })
  status!: ShipmentStatus;

  @Field(() => String, { nullable: true, description: 'What happened, in the carrier’s own words. Null: not told.' })
  rawStatus!: string | null;

  @Field(() => String, { nullable: true, description: 'The carrier’s own code of what happened. Null: it gave none.' })
  reasonCode!: string | null;

  @Field(() => String, { nullable: true, description: 'Where, in the carrier’s words. Null: not told.' })
  place!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it should arrive, as said then. Null: not told.' })
  estimatedDeliveryAt!: Date | null;

  @Field(() => DateTime, { description: 'When it happened, by the carrier’s clock.' })
  occurredAt!: Date;

  @Field(() => DateTime, { description: 'When it reached us.' })
  receivedAt!: Date;

  @Field(() => DateTime, { description: 'When it was stored.' })
  recordedAt!: Date;
}

@ObjectType({ description: 'One line of a return.', simpleResolvers: true })
@Right('orders:read')
export class ReturnLine {
  @Field(() => String, { description: 'External id of the order’s line.' })
  lineExternalId!: string;

  @Field(() => Int, { description: 'Units that come back. Whole, at least 1.' })
  quantity!: number;

  @Field(() => Int, { nullable: true, description: 'Units that arrived so far. Null: not counted.' })
  receivedQuantity!: number | null;

  @Field(() => String, { nullable: true, description: 'SKU of what goes out instead. Null: nothing, or not told.' })
  exchangeSku!: string | null;
}

@ObjectType({ description: 'One step of a return, with its three clocks.', simpleResolvers: true })
@Right('orders:read')
export class ReturnStep {
  @Field(() => ReturnStatusEnum, { description: 'What happened.' })
  status!: ReturnStatus;

  @Field(() => DateTime, { description: 'When it happened, by the source’s clock.' })
  occurredAt!: Date;

  @Field(() => DateTime, { description: 'When it reached us.' })
  receivedAt!: Date;

  @Field(() => DateTime, { description: 'When it was stored.' })
  recordedAt!: Date;
}

@ObjectType({ description: 'A return or exchange of some of an order.', simpleResolvers: true })
@Right('orders:read')
export class Return {
  @Field(() => ID, { description: 'Id of the return, `ret_…`.' })
  id!: string;

  @Field(() => String, { description: 'The source’s own id of it. Unique within the order.' })
  externalId!: string;

  @Field(() => ReturnOutcomeEnum, { description: 'What the customer gets for it.' })
  outcome!: ReturnOutcome;

  @Field(() => ReturnStatusEnum, { description: 'How far it is. It has no way back: a late step is history.' })
  status!: ReturnStatus;

  @Field(() => [ReturnStep], {
    description: 'What was told, each status once, in the order in which it became true; late ones too. 11 at most.',
  })
  steps!: ReturnStep[];

  @Field(() => DateTime, {
    nullable: true,
    description: 'By when the customer should have the money, by policy. Null: nothing to wait for yet, or any more.',
  })
  refundExpectedBy!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why, as the source wrote it. Null: not told.' })
  reason!: string | null;

  @Field(() => DateTime, { description: 'When it was asked for, by the source’s clock.' })
  requestedAt!: Date;

  @Field(() => DateTime, { description: 'When the status came to be, by the source’s clock.' })
  statusOccurredAt!: Date;

  @Field(() => [ReturnLine], { description: 'What comes back. Empty: all of the order.' })
  lines!: ReturnLine[];
}
