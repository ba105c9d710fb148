import { Arg, FieldResolver, Resolver, Root } from 'type-graphql';

import { FulfilmentOrder, Order, Return, Shipment } from '../../schema/orders/order.ts';
import { Right } from '../../schema/right.ts';
import { DateTime } from '../../schema/scalars.ts';
import {
  FulfilmentOrderStatusEnum,
  FulfilmentStatusEnum,
  OrderReturnStatusEnum,
  OrderStatusEnum,
  PaymentStatusEnum,
  ReturnStatusEnum,
  ShipmentStatusEnum,
} from '../../schema/vocabulary.ts';
import type * as rows from '../../services/orders/order.ts';
import {
  FULFILMENT_ORDER_TRANSITIONS,
  FULFILMENT_TRANSITIONS,
  ORDER_RETURN_TRANSITIONS,
  ORDER_TRANSITIONS,
  PAYMENT_TRANSITIONS,
  RETURN_TRANSITIONS,
  SHIPMENT_TRANSITIONS,
} from '../../values/order-axes.ts';
import { newsDueBy } from '../../values/return-progress.ts';
import {
  FULFILMENT_LABELS,
  labelIn,
  ORDER_LABELS,
  ORDER_RETURN_LABELS,
  PAYMENT_LABELS,
  RETURN_LABELS,
  SHIPMENT_LABELS,
} from '../../values/status-labels.ts';

const LANGUAGE = {
  nullable: true,
  description: 'Language of the words as BCP 47, for example `fi`. Null, absent or another than en, fi, et: English.',
} as const;
const NEXT = 'To where it may go next; a source may skip steps. Empty: this is an end.';

@Resolver(() => Order)
export class OrderStatusFields {
  @FieldResolver(() => String, { description: 'The status in words for a customer.' })
  statusLabel(
    @Root() { status }: rows.Order,
    @Arg('language', () => String, LANGUAGE) language: string | null,
  ): string {
    return labelIn(ORDER_LABELS, status, language);
  }

  @FieldResolver(() => String, { description: 'Where the goods are, in words for a customer.' })
  fulfilmentStatusLabel(
    @Root() { fulfilmentStatus }: rows.Order,
    @Arg('language', () => String, LANGUAGE) language: string | null,
  ): string {
    return labelIn(FULFILMENT_LABELS, fulfilmentStatus, language);
  }

  @FieldResolver(() => String, {
    description: 'Where the money stands, in words for a customer. Asks the right `payments:read`.',
  })
  @Right('payments:read')
  paymentStatusLabel(
    @Root() { paymentStatus }: rows.Order,
    @Arg('language', () => String, LANGUAGE) language: string | null,
  ): string {
    return labelIn(PAYMENT_LABELS, paymentStatus, language);
  }

  @FieldResolver(() => String, { description: 'What comes back, in words for a customer.' })
  returnStatusLabel(
    @Root() { returnStatus }: rows.Order,
    @Arg('language', () => String, LANGUAGE) language: string | null,
  ): string {
    return labelIn(ORDER_RETURN_LABELS, returnStatus, language);
  }

  @FieldResolver(() => [OrderStatusEnum], { description: `What readers may see next. ${NEXT}` })
  nextStatuses(@Root() { status }: rows.Order) {
    return ORDER_TRANSITIONS[status];
  }

  @FieldResolver(() => [FulfilmentStatusEnum], { description: `The goods. ${NEXT}` })
  nextFulfilmentStatuses(@Root() { fulfilmentStatus }: rows.Order) {
    return FULFILMENT_TRANSITIONS[fulfilmentStatus];
  }

  @FieldResolver(() => [PaymentStatusEnum], { description: `The money. ${NEXT} Asks the right \`payments:read\`.` })
  @Right('payments:read')
  nextPaymentStatuses(@Root() { paymentStatus }: rows.Order) {
    return PAYMENT_TRANSITIONS[paymentStatus];
  }

  @FieldResolver(() => [OrderReturnStatusEnum], { description: `What comes back. ${NEXT}` })
  nextReturnStatuses(@Root() { returnStatus }: rows.Order) {
    return ORDER_RETURN_TRANSITIONS[returnStatus];
  }
}

@Resolver(() => FulfilmentOrder)
export class FulfilmentOrderStatusFields {
  @FieldResolver(() => [FulfilmentOrderStatusEnum], { description: NEXT })
  nextStatuses(@Root() { status }: rows.FulfilmentOrder) {
    return FULFILMENT_ORDER_TRANSITIONS[status];
  }
}

@Resolver(() => Shipment)
export class ShipmentStatusFields {
  @FieldResolver(() => String, { description: 'The status in words for a customer.' })
  statusLabel(
    @Root() { status }: rows.Shipment,
    @Arg('language', () => String, LANGUAGE) language: string | null,
  ): string {
    return labelIn(SHIPMENT_LABELS, status, language);
  }

  @FieldResolver(() => [ShipmentStatusEnum], { description: NEXT })
  nextStatuses(@Root() { status }: rows.Shipment) {
    return SHIPMENT_TRANSITIONS[status];
  }
}

@Resolver(() => Return)
export class ReturnStatusFields {
  @FieldResolver(() => String, { description: 'The status in words for a customer.' })
  statusLabel(
    @Root() { status }: rows.Return,
    @Arg('language', () => String, LANGUAGE) language: string | null,
  ): string {
    return labelIn(RETURN_LABELS, status, language);
  }

  @FieldResolver(() => [ReturnStatusEnum], { description: NEXT })
  nextStatuses(@Root() { status }: rows.Return) {
    return RETURN_TRANSITIONS[status];
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When the next news of it is due: a day after a source last told of it. Null: it is over.',
  })
  newsDueBy(@Root() { status, toldAt }: rows.Return): Date | null {
    return newsDueBy(status, toldAt);
  }
}
