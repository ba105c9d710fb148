import { withinReach } from '../customers/person-of.ts';
import type { Scope } from '../scope.ts';
import { deliveryColumns, type Delivery } from './delivery.ts';

/** What became of messages, in the order asked; null: nothing is known, or the message is not visible. */
export async function deliveriesOfMessages(scope: Scope, ids: readonly string[]): Promise<(Delivery | null)[]> {
  const { sql } = scope.db;
  const rows = await sql<Delivery[]>`
    select ${deliveryColumns(sql)}
    from deliveries d join messages m on m.id = d.message_id join conversations c on c.id = m.conversation_id
    where d.message_id = any (${ids as string[]}::text[]) and ${withinReach(scope, 'conversations:read', 'c.customer_id')}`;
  const byMessage = new Map(rows.map((row) => [row.messageId as string, row]));
  return ids.map((id) => byMessage.get(id) ?? null);
}
