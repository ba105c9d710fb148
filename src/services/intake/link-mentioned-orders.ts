import type { ConversationId, OrderId } from '../../values/ids.ts';
import { conversationFact } from '../conversations/conversation-fact.ts';
import { recordFact } from '../events/atomically.ts';
import type { TransactionScope } from '../scope.ts';
import { mentionsIn } from './mentions.ts';
import type { ThreadBatch } from './thread-batch.ts';

/** Links the conversations of a batch to the orders of their person that its messages name: one statement, or none. */
export async function linkMentionedOrders(tx: TransactionScope, batch: ThreadBatch): Promise<void> {
  const said = batch.messages.flatMap(({ conversationId, personId, message }) =>
    mentionsIn(message.text).orderNumbers.map((number) => ({ conversationId, personId, number })),
  );
  if (said.length === 0) return;
  const { sql } = tx.db;
  const linked = await sql<{ conversationId: ConversationId; orderId: OrderId }[]>`
    insert into conversation_orders (conversation_id, order_id, linked_at)
    select distinct said.conversation_id, o.id, ${tx.now}::timestamptz
    from unnest(${said.map(({ conversationId }) => conversationId)}::text[], ${said.map(({ personId }) => personId)}::text[],
      ${said.map(({ number }) => number)}::text[]) as said(conversation_id, person_id, number)
    cross join lateral (
      select said.person_id as id union all select member_id from person_links where person_id = said.person_id
    ) m
    join orders o on o.customer_id = m.id and upper(ltrim(o.number, '#')) = said.number
    on conflict do nothing
    returning conversation_id, order_id`;
  for (const { conversationId, orderId } of linked)
    recordFact(
      tx,
      conversationFact(batch.conversations.get(conversationId)!, {
        type: 'conversation.order_linked',
        details: { orderId, linkedBy: 'mention' },
      }),
    );
}
