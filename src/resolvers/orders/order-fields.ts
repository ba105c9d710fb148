import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import { Customer } from '../../schema/customers/customer.ts';
import { Variant } from '../../schema/inventory/catalogue.ts';
import { Money } from '../../schema/money.ts';
import { NamedValue, toNamedValues } from '../../schema/named-value.ts';
import {
  FulfilmentOrder,
  Order,
  OrderConnection,
  OrderLine,
  OrderVersion,
  Payment,
  Return,
  Shipment,
} from '../../schema/orders/order.ts';
import { OrderEvent } from '../../schema/orders/order-event.ts';
import { Partner } from '../../schema/partners/partner.ts';
import { Right } from '../../schema/right.ts';
import { DateTime } from '../../schema/scalars.ts';
import type { Customer as CustomerRow } from '../../services/customers/customer.ts';
import type * as rows from '../../services/orders/order.ts';
import { MOST_VERSIONS } from '../../services/orders/read-order-versions.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';

@Resolver(() => Order)
export class OrderFields {
  @FieldResolver(() => Money, {
    description: 'What it costs in all, as its source says. Asks the right `payments:read`.',
  })
  @Right('payments:read')
  total(@Root() { totalMinor, currency }: rows.Order): Money {
    return { amountMinor: totalMinor, currency };
  }

  @FieldResolver(() => [OrderLine], { description: 'Its lines, in the order of the source; 1,000 at most.' })
  lines(@Root() order: rows.Order, @Ctx() { loaders }: Context) {
    return loaders.linesOfOrder.load(order.id);
  }

  @FieldResolver(() => [Payment], {
    description: 'Payments and refunds, oldest first. Asks the right `payments:read`.',
  })
  @Right('payments:read')
  payments(@Root() order: rows.Order, @Ctx() { loaders }: Context) {
    return loaders.paymentsOfOrder.load(order.id);
  }

  @FieldResolver(() => [Shipment], {
    description: 'Its parcels, oldest first. Empty: nothing was sent, or others carry it.',
  })
  shipments(@Root() order: rows.Order, @Ctx() { loaders }: Context) {
    return loaders.shipmentsOfOrder.load(order.id);
  }

  @FieldResolver(() => [FulfilmentOrder], {
    description: 'Work planned for it, oldest first. Empty: its source does not tell of it.',
  })
  fulfilmentOrders(@Root() order: rows.Order, @Ctx() { loaders }: Context) {
    return loaders.fulfilmentOrdersOfOrder.load(order.id);
  }

  @FieldResolver(() => [Return], { description: 'Its returns and exchanges, oldest first. Empty: none.' })
  returns(@Root() order: rows.Order, @Ctx() { loaders }: Context) {
    return loaders.returnsOfOrder.load(order.id);
  }

  @FieldResolver(() => [OrderVersion], {
    description: `What was known of where it stands, without gap or overlap, the newest first; the last ${MOST_VERSIONS} at most.`,
  })
  statusHistory(@Root() order: rows.Order, @Ctx() { loaders }: Context) {
    return loaders.versionsOfOrder.load(order.id);
  }

  @FieldResolver(() => OrderVersion, {
    nullable: true,
    description:
      'What was known of where it stands at a moment, for example when somebody answered. Null: it was not known yet.',
  })
  statusAt(
    @Root() order: rows.Order,
    @Arg('at', () => DateTime, { description: 'The moment, by the server’s clock.' }) at: Date,
    @Ctx() { loaders }: Context,
  ) {
    return loaders.orderAt.load({ id: order.id, at });
  }

  @FieldResolver(() => Customer, {
    nullable: true,
    description:
      'Who ordered; after a merge the surviving person. Null: not visible to you. Asks the right `customers:read`.',
  })
  @Right('customers:read')
  customer(@Root() order: rows.Order, @Ctx() { loaders }: Context) {
    return loaders.customer.load(order.customerId);
  }

  @FieldResolver(() => Partner, {
    nullable: true,
    description: 'Marketplace or store chain that sees it. Null: none. Asks the right `partners:read`.',
  })
  @Right('partners:read')
  partner(@Root() order: rows.Order, @Ctx() { loaders }: Context) {
    return order.partnerId === null ? null : loaders.partner.load(order.partnerId);
  }
}

@Resolver(() => OrderLine)
export class OrderLineFields {
  @FieldResolver(() => [NamedValue], { description: 'Options of what was ordered, by name, as the order names them.' })
  options(@Root() line: rows.OrderLine): NamedValue[] {
    return toNamedValues(line.options);
  }

  @FieldResolver(() => Money, { description: 'Price of one unit in this order. Asks the right `payments:read`.' })
  @Right('payments:read')
  unitPrice(@Root() { unitPriceMinor, currency }: rows.OrderLine): Money {
    return { amountMinor: unitPriceMinor, currency };
  }

  @FieldResolver(() => Variant, {
    nullable: true,
    description:
      'The variant in the catalogue. Null: the catalogue does not know the SKU. Asks the right `catalogue:read`.',
  })
  @Right('catalogue:read')
  variant(@Root() line: rows.OrderLine, @Ctx() { loaders }: Context) {
    return line.variantId === null ? null : loaders.variant.load(line.variantId);
  }
}

@Resolver(() => Payment)
export class PaymentFields {
  @FieldResolver(() => Money, { description: 'How much. Positive, also of a refund.' })
  amount(@Root() { amountMinor, currency }: rows.Payment): Money {
    return { amountMinor, currency };
  }
}

@Resolver(() => Customer)
export class CustomerOrderFields {
  @FieldResolver(() => OrderConnection, {
    description:
      'Orders under all of the person’s customer ids, newest first by when they were placed. Asks the right `orders:read`.',
  })
  @Right('orders:read')
  async orders(
    @Root() { id }: CustomerRow,
    @Ctx() { loaders }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<rows.Order>> {
    return toConnection(await loaders.ordersOfPerson.load({ id, request: readPageRequest(first, after) }));
  }
}

@Resolver(() => OrderEvent)
export class OrderEventOrderFields {
  @FieldResolver(() => Order, {
    nullable: true,
    description:
      'The order as it is when the event is delivered, maybe newer than the event. Null: not visible to you any more.',
  })
  order(@Root() event: OrderEvent, @Ctx() { loaders }: Context) {
    return loaders.order.load(String(event.details['orderId']));
  }
}
