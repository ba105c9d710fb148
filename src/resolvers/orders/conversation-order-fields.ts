import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';

import { type Connection, toConnection } from '../../schema/connection.ts';
import { Conversation } from '../../schema/conversations/conversation.ts';
import { OrderConnection } from '../../schema/orders/order.ts';
import { Right } from '../../schema/right.ts';
import type { Conversation as ConversationRow } from '../../services/conversations/conversation.ts';
import type { LinkedOrder } from '../../services/orders/read-orders.ts';
import { readPageRequest } from '../../values/page.ts';
import type { Context } from '../context.ts';
import { ListArguments } from '../list-arguments.ts';

@Resolver(() => Conversation)
export class ConversationOrderFields {
  @FieldResolver(() => OrderConnection, {
    description:
      'Orders that it is about, the one linked last first: by `conversationLinkOrder`, or because a message named the number. Asks the right `orders:read`.',
  })
  @Right('orders:read')
  async linkedOrders(
    @Root() { id }: ConversationRow,
    @Ctx() { loaders }: Context,
    @Args(() => ListArguments) { first, after }: ListArguments,
  ): Promise<Connection<LinkedOrder>> {
    return toConnection(await loaders.ordersOfConversation.load({ id, request: readPageRequest(first, after) }));
  }
}
