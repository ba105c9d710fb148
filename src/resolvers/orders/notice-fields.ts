import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import { Message } from '../../schema/conversations/message.ts';
import { Customer } from '../../schema/customers/customer.ts';
import { Notice, NoticeConnection } from '../../schema/orders/notice.ts';
import { Order } from '../../schema/orders/order.ts';
import { Right } from '../../schema/right.ts';
import type { Customer as CustomerRow } from '../../services/customers/customer.ts';
import type { Notice as Row } from '../../services/orders/notice.ts';
import type { Order as OrderRow } from '../../services/orders/order.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';

@Resolver(() => Order)
export class OrderNoticeFields {
  @FieldResolver(() => NoticeConnection, {
    description: 'What the customer is told of it unasked, the newest first. Asks the right `conversations:read`.',
  })
  @Right('conversations:read')
  async notices(
    @Root() { id }: OrderRow,
    @Ctx() { loaders }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Row>> {
    return toConnection(await loaders.noticesOfOrder.load({ id, request: readPageRequest(first, after) }));
  }
}

@Resolver(() => Customer)
export class CustomerNoticeFields {
  @FieldResolver(() => NoticeConnection, {
    description:
      'What the person is told of their orders unasked, under all of their customer ids, the newest first. Asks the right `conversations:read`.',
  })
  @Right('conversations:read')
  async notices(
    @Root() { id }: CustomerRow,
    @Ctx() { loaders }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<Row>> {
    return toConnection(await loaders.noticesOfPerson.load({ id, request: readPageRequest(first, after) }));
  }
}

@Resolver(() => Notice)
export class NoticeFields {
  @FieldResolver(() => Order, {
    nullable: true,
    description: 'The order that it is about. Null: not visible to you. Asks the right `orders:read`.',
  })
  @Right('orders:read')
  order(@Root() { orderId }: Row, @Ctx() { loaders }: Context) {
    return loaders.order.load(orderId);
  }

  @FieldResolver(() => Message, {
    nullable: true,
    description:
      'What told the customer; where it failed and another channel carries it on, the newest one, with `fallbackOf`. Null: nothing did.',
  })
  @Right('conversations:read')
  message(@Root() { messageId }: Row, @Ctx() { loaders }: Context) {
    return messageId && loaders.message.load(messageId);
  }
}
