import { Field, InputType, ObjectType } from 'type-graphql';

import type { FulfilmentStatus, OrderReturnStatus } from '../../values/order-axes.ts';
import type { OrderStatus, ShipmentStatus } from '../../values/vocabulary.ts';
import { OfCustomer } from '../of-customer.ts';
import { Right } from '../right.ts';
import { DateTime } from '../scalars.ts';
import { FulfilmentStatusEnum, OrderReturnStatusEnum, OrderStatusEnum, ShipmentStatusEnum } from '../vocabulary.ts';

@InputType({ description: 'What only somebody knows whose order it is. Exactly one of them.' })
export class OrderProofInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Postcode of where it is sent, or of the customer where that is not told. Spaces, dashes and case do not matter.',
  })
  postcode?: string | null;

  @Field(() => String, { nullable: true, description: 'An e-mail address of the customer. Case does not matter.' })
  email?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'A phone number of the customer, with `+` and the country, or as it is dialled in the country of the order.',
  })
  phone?: string | null;
}

@ObjectType({
  description:
    'What somebody may know of an order who has proved that it is theirs: how it stands. No name, address or price.',
})
@Right('orders:prove')
@OfCustomer('customerId')
export class ProvenOrder {
  @Field(() => String, { description: 'The number that people say.' })
  number!: string;

  @Field(() => OrderStatusEnum, { description: 'Where it stands.' })
  status!: OrderStatus;

  @Field(() => DateTime, { description: 'When the status came to be, by the source’s clock.' })
  statusOccurredAt!: Date;

  @Field(() => FulfilmentStatusEnum, { description: 'Where the goods are.' })
  fulfilmentStatus!: FulfilmentStatus;

  @Field(() => OrderReturnStatusEnum, { description: 'What comes back, all returns together.' })
  returnStatus!: OrderReturnStatus;

  @Field(() => DateTime, { description: 'When it was placed, by the source’s clock.' })
  placedAt!: Date;
}

@ObjectType({ description: 'A parcel of an order whose owner has proved to be it.' })
@Right('orders:prove')
export class ProvenParcel {
  @Field(() => ShipmentStatusEnum, { description: 'Where it is.' })
  status!: ShipmentStatus;

  @Field(() => DateTime, { description: 'When the status came to be, by the carrier’s clock.' })
  statusOccurredAt!: Date;

  @Field(() => String, { nullable: true, description: 'Who carries it, as the source writes it. Null: not told.' })
  carrier!: string | null;

  @Field(() => String, { nullable: true, description: 'The carrier’s number of it. Null: not told.' })
  trackingNumber!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it should arrive. Null: nobody has said.' })
  estimatedDeliveryAt!: Date | null;
}
