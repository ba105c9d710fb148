import type { ConversationId, CustomerId, OrderId } from '../../values/ids.ts';
import { Refusal } from '../../values/refusal.ts';
import { requireRight } from '../access/role-rights.ts';
import { conversationFact } from '../conversations/conversation-fact.ts';
import { lockConversation } from '../conversations/lock-conversation.ts';
import { atomically, recordFact } from '../events/atomically.ts';
import type { Scope, TransactionScope } from '../scope.ts';
import { ordersWithinReach } from './order-reach.ts';

/** Says that a conversation is about an order of the same person. A link that stands already is no change and no fact. */
export async function linkOrder(scope: Scope, id: string, orderId: string): Promise<ConversationId> {
  requireRight(scope.viewer, 'conversations:write');
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, id);
    const order = await readOrder(tx, orderId);
    if (order.personId !== conversation.personId)
      throw new Refusal('OTHER_PERSON', 'This order belongs to another person than the conversation.', ['orderId']);
    const linked = await tx.db.sql`
      insert into conversation_orders (conversation_id, order_id, linked_at)
      values (${conversation.id}, ${order.id}, ${tx.now})
      on conflict do nothing`;
    const details = { orderId: order.id, linkedBy: 'act' };
    if (linked.count > 0)
      recordFact(tx, conversationFact(conversation, { type: 'conversation.order_linked', details }));
    return conversation.id;
  });
}

/** Takes the link away, whoever made it. None there is no change and no fact. */
export async function unlinkOrder(scope: Scope, id: string, orderId: string): Promise<ConversationId> {
  requireRight(scope.viewer, 'conversations:write');
  return atomically(scope, async (tx) => {
    const conversation = await lockConversation(tx, id);
    const order = await readOrder(tx, orderId);
    const unlinked = await tx.db.sql`
      delete from conversation_orders where conversation_id = ${conversation.id} and order_id = ${order.id}`;
    const details = { orderId: order.id };
    if (unlinked.count > 0)
      recordFact(tx, conversationFact(conversation, { type: 'conversation.order_unlinked', details }));
    return conversation.id;
  });
}

async function readOrder(tx: TransactionScope, orderId: string): Promise<{ id: OrderId; personId: CustomerId }> {
  const { sql } = tx.db;
  const [order] = await sql<{ id: OrderId; personId: CustomerId }[]>`
    select o.id, coalesce(l.person_id, o.customer_id) as person_id
    from orders o left join person_links l on l.member_id = o.customer_id
    where o.id = ${orderId} and ${ordersWithinReach(tx, 'orders:read')}`;
  if (!order) throw new Refusal('NOT_FOUND', 'There is no order with this id that you can see.', ['orderId']);
  return order;
}
