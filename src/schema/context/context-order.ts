import { Field, ID, Int, ObjectType } from 'type-graphql';

import type { MomentText } from '../../values/context-packet.ts';
import type { FulfilmentStatus, OrderReturnStatus } from '../../values/order-axes.ts';
import type { OrderStatus, PaymentStatus, ReturnStatus, ShipmentStatus } from '../../values/vocabulary.ts';
import { Money } from '../money.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import {
  FulfilmentStatusEnum,
  OrderReturnStatusEnum,
  OrderStatusEnum,
  PaymentStatusEnum,
  ReturnStatusEnum,
  ShipmentStatusEnum,
} from '../vocabulary.ts';

@ObjectType({ description: 'One line of an order as a packet carries it.', simpleResolvers: true })
@Right('orders:read')
export class ContextOrderLine {
  @Field(() => String, { description: 'Stock keeping unit as the order names it.' })
  sku!: string;

  @Field(() => String, { description: 'Title as the order names it.' })
  title!: string;

  @Field(() => Int, { description: 'Units ordered. Whole, at least 1.' })
  quantity!: number;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the variant, `var_…`. Null: the catalogue does not know the SKU.',
  })
  variantId!: string | null;
}

@ObjectType({ description: 'A parcel as a packet carries it.', simpleResolvers: true })
@Right('orders:read')
export class ContextShipment {
  @Field(() => ID, { description: 'Id of the shipment, `shp_…`.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Who carries it. Null: not told.' })
  carrier!: string | null;

  @Field(() => String, { nullable: true, description: 'Number by which the carrier knows it. Null: not told.' })
  trackingNumber!: string | null;

  @Field(() => ShipmentStatusEnum, { description: 'Where it is.' })
  status!: ShipmentStatus;

  @Field(() => DateTime, { description: 'When the status came to be, by the source’s clock.' })
  statusOccurredAt!: MomentText;

  @Field(() => DateTime, { nullable: true, description: 'When the carrier expects to deliver. Null: no estimate.' })
  estimatedDeliveryAt!: MomentText | null;

  @Field(() => String, {
    nullable: true,
    description: 'Place of the newest tracking event, in the carrier’s words. Null: none told.',
  })
  lastPlace!: string | null;
}

@ObjectType({ description: 'A return as a packet carries it.', simpleResolvers: true })
@Right('orders:read')
export class ContextReturn {
  @Field(() => ID, { description: 'Id of the return, `ret_…`.' })
  id!: string;

  @Field(() => ReturnStatusEnum, { description: 'How far it is.' })
  status!: ReturnStatus;

  @Field(() => String, { nullable: true, description: 'Reason as the source wrote it. Null: none was given.' })
  reason!: string | null;

  @Field(() => DateTime, { description: 'When the customer asked.' })
  requestedAt!: MomentText;

  @Field(() => DateTime, { description: 'When the status came to be, by the source’s clock.' })
  statusOccurredAt!: MomentText;
}

@ObjectType({ description: 'An order as a packet carries it: newest first, ten at most.', simpleResolvers: true })
@Right('orders:read')
export class ContextOrder {
  @Field(() => ID, { description: 'Id of the order, `ord_…`.' })
  id!: string;

  @Field(() => String, { description: 'Number that people say, as the source writes it.' })
  number!: string;

  @Field(() => OrderStatusEnum, { description: 'Where it stands. Derived from its facts.' })
  status!: OrderStatus;

  @Field(() => DateTime, { description: 'When the status came to be, by the source’s clock.' })
  statusOccurredAt!: MomentText;

  @Field(() => FulfilmentStatusEnum, { description: 'Where the goods are.' })
  fulfilmentStatus!: FulfilmentStatus;

  @Field(() => PaymentStatusEnum, { description: 'Where the money stands. Asks the right `payments:read`.' })
  @Right('payments:read')
  paymentStatus!: PaymentStatus;

  @Field(() => OrderReturnStatusEnum, { description: 'What of it comes back, all returns together.' })
  returnStatus!: OrderReturnStatus;

  @Field(() => DateTime, { description: 'When it was placed.' })
  placedAt!: MomentText;

  @Field(() => Money, { description: 'What it costs in all. Asks the right `payments:read`.' })
  @Right('payments:read')
  total!: Money;

  @Field(() => [ContextOrderLine], { description: 'Its lines, in the order of the source.' })
  lines!: ContextOrderLine[];

  @Field(() => [ContextShipment], { description: 'Its parcels, oldest first. Empty: nothing was sent.' })
  shipments!: ContextShipment[];

  @Field(() => [ContextReturn], { description: 'Its returns, oldest first. Empty: none.' })
  returns!: ContextReturn[];
}
