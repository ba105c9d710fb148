import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { Message } from '../../schema/conversations/message.ts';
import { Notice } from '../../schema/orders/notice.ts';
import { Order } from '../../schema/orders/order.ts';
import { Right } from '../../schema/right.ts';
import type { Notice as Row } from '../../services/orders/notice.ts';
import type { Order as OrderRow } from '../../services/orders/order.ts';
import { MOST_NOTICES } from '../../services/orders/read-notices.ts';
import type { Context } from '../context.ts';

@Resolver(() => Order)
export class OrderNoticeFields {
  @FieldResolver(() => [Notice], {
    description: `What the customer is told of it unasked, the newest first; the last ${MOST_NOTICES} at most. Asks the right \`conversations:read\`.`,
  })
  @Right('conversations:read')
  notices(@Root() { id }: OrderRow, @Ctx() { loaders }: Context) {
    return loaders.noticesOfOrder.load(id);
  }
}

@Resolver(() => Notice)
export class NoticeFields {
  @FieldResolver(() => Message, {
    nullable: true,
    description:
      'What told the customer; if it failed, another one of the conversation has it as `fallbackOf`. Null: nothing did.',
  })
  @Right('conversations:read')
  message(@Root() { messageId }: Row, @Ctx() { loaders }: Context) {
    return messageId && loaders.message.load(messageId);
  }
}
